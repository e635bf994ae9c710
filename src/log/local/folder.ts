import { closeSync, existsSync, mkdirSync, openSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import { readMeta } from './meta-page.ts';

/** The data file inside a bus folder; lmdb keeps its lock file beside it. */
export const DATA_FILE = 'log.mdb';
export const NAMESPACE_FILE = `${DATA_FILE}-namespace`;
/** What else cryptopipe itself puts into a bus folder. */
const OURS = new Set([DATA_FILE, `${DATA_FILE}-lock`, NAMESPACE_FILE, 'sample']);

/** With less free than this a failed write is taken for a full disk (LMDB says only that a write came up short). */
const LEAST_FREE = 1 << 20;

export function isFull(dir: string): boolean {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize < LEAST_FREE;
}

export const diskFull = (dir: string, cause?: unknown) =>
  new Problem(
    'disk-full',
    `the disk under ${dir} is full; nothing was committed`,
    'Free some space and start again.',
    false,
    { cause },
  );

/** Whether lmdb may open the file: it trusts the first two pages. */
function checkHead(file: string): void {
  if (statSync(file).size === 0) return;
  const descriptor = openSync(file, 'r');
  try {
    readMeta(file, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the folder, or checks that it is ours. Returns the path of the data file. */
export function prepareFolder(dir: string): string {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file of that name is in the way' : `${code}`;
    throw new Problem(
      'usage',
      `cannot make the bus folder ${dir}: ${why}`,
      'Name another folder with --bus local:DIR.',
    );
  }
  const file = join(dir, DATA_FILE);
  if (existsSync(file)) checkHead(file);
  else {
    // A new lock file on a full disk would end the process without a word.
    if (isFull(dir)) throw diskFull(dir);
    const strange = readdirSync(dir).filter((name) => !OURS.has(name));
    if (strange.length > 0)
      throw new Problem(
        'usage',
        `${dir} holds other files (${strange.slice(0, 3).join(', ')}) and no cryptopipe log`,
        'Name an empty or a new folder with --bus local:DIR.',
      );
  }
  return file;
}
