import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { mayLive, type Owner, thisOwner } from '../../log/local/group/owner.ts';

const FOLDER = join('.cryptopipe', 'sample');

/** Where `run --sample` puts everything, below the present folder. */
export const SAMPLE = {
  bus: join(FOLDER, 'bus'),
  lake: join(FOLDER, 'lake'),
  lock: join(FOLDER, 'running.json'),
};

/** Who runs the sample now, other than this process; undefined when nobody does. */
async function otherRunner(lock: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(lock, 'utf8')) as Owner;
    const self = thisOwner();
    const own = owner.pid === self.pid && owner.host === self.host && owner.namespace === self.namespace;
    return !own && mayLive(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Empties the sample's bus and lake, and holds them until the function returned is called: a second run would
 * pull them away. Throws Problem `locked`.
 */
export async function takeSampleFolder(cwd: string): Promise<() => Promise<void>> {
  const at = (path: string) => join(cwd, path);
  await mkdir(at(FOLDER), { recursive: true });
  const write = (flag: string) => writeFile(at(SAMPLE.lock), JSON.stringify(thisOwner()), { flag });
  try {
    await write('wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const runner = await otherRunner(at(SAMPLE.lock));
    if (runner !== undefined)
      throw new UserError(
        'locked',
        `the sample is being run here by process ${runner.pid} on ${runner.host}`,
        `Wait until it has ended, run it in another folder, or delete ${SAMPLE.lock} if no such process is yours.`,
      );
    await write('w');
  }
  for (const path of [SAMPLE.bus, SAMPLE.lake]) await rm(at(path), { recursive: true, force: true });
  return () => rm(at(SAMPLE.lock), { force: true });
}
