import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { mayLive, type Owner, thisOwner } from '../../log/local/group/owner.ts';

const FOLDER = join('.cryptopipe', 'sample');

/** Where `run --sample` writes, relative to the working folder. */
export const SAMPLE = {
  bus: join(FOLDER, 'bus'),
  lake: join(FOLDER, 'lake'),
  lock: join(FOLDER, 'running.json'),
};

/** The other process that runs the sample now, if any. */
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
 * Empties the sample's bus and lake and locks them until the returned function is called: a second run would delete them.
 * Throws UserError `locked`.
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
        `process ${runner.pid} on ${runner.host} is running the sample in this folder`,
        `Wait until it has finished, use another folder, or delete ${SAMPLE.lock} if that process is not yours.`,
      );
    await write('w');
  }
  for (const path of [SAMPLE.bus, SAMPLE.lake]) await rm(at(path), { recursive: true, force: true });
  return () => rm(at(SAMPLE.lock), { force: true });
}
