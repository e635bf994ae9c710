import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../core/errors.ts';
import { makeFolder } from './make-folder.ts';
import { readMeta } from './meta-page.ts';

/** The data file inside a bus folder; lmdb keeps its lock file beside it. */
export const DATA_FILE = 'log.mdb';
export const NAMESPACE_FILE = `${DATA_FILE}-namespace`;
const LOCK_FILE = `${DATA_FILE}-lock`;
const PROBE_FILE = `${DATA_FILE}-probe`;
/** Files that cryptopipe itself puts into a bus folder. */
const OURS = new Set([DATA_FILE, LOCK_FILE, PROBE_FILE, NAMESPACE_FILE, 'sample']);

/** With less free space than this, a failed write counts as a full disk (LMDB reports only a short write). */
const LEAST_FREE = 1 << 20;
/** A lock file takes 8 KB and a new data file 16 KB. Both are mapped, and a missing page crashes the process. */
const PROBE_BYTES = 65_536;
/** A smaller lock file was truncated while it was created. */
const LOCK_BYTES = 8192;

const diskFull = (dir: string, cause: unknown) =>
  new UserError(
    'disk-full',
    `the disk under ${dir} is full; nothing was committed`,
    'Free some space and start again.',
    false,
    { cause },
  );

const cannotGrow = (dir: string, cause: unknown) =>
  new UserError(
    'disk-full',
    `the files in ${dir} cannot grow: a limit applies (ulimit -f, a quota), or the disk fails; nothing was committed`,
    'Raise the limit or check the disk, and start again.',
    false,
    { cause },
  );

/** Errors by name (Node) and by number (lmdb). lmdb reports a short write as 5, EIO. */
const FULL: readonly unknown[] = ['ENOSPC', 28];
const LIMITED: readonly unknown[] = ['EFBIG', 27, 'EDQUOT', 122, 'EIO', 5];

/** The UserError for a write that failed for lack of space; undefined for any other error. */
export function fullness(dir: string, error: unknown): UserError | undefined {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  if (FULL.includes(code) || /no space left|MDB_MAP_FULL/i.test(message)) return diskFull(dir, error);
  if (!LIMITED.includes(code) && !/file too large|quota exceeded|input\/output error/i.test(message))
    return undefined;
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize < LEAST_FREE ? diskFull(dir, error) : cannotGrow(dir, error);
}

const READ_ONLY: readonly unknown[] = ['EROFS', 'EACCES', 'EPERM'];

export const mayOnlyRead = (dir: string, cause?: unknown) =>
  new UserError(
    'unavailable',
    `the bus folder ${dir} is read-only for this user, and this command writes to it`,
    'Copy the folder to a writable place and name the copy with --bus local:DIR.',
    false,
    { cause },
  );

/** Runs a write into the folder; throws UserError if the disk is full or the folder is read-only. */
export function onDisk<T>(dir: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (READ_ONLY.includes((error as NodeJS.ErrnoException).code)) throw mayOnlyRead(dir, error);
    throw fullness(dir, error) ?? error;
  }
}

/** Checks that there is space for new files, since lmdb maps them without a check. Throws UserError `disk-full`. */
function probe(dir: string): void {
  const lock = statSync(join(dir, LOCK_FILE), { throwIfNoEntry: false });
  if (existsSync(join(dir, DATA_FILE)) && lock !== undefined && lock.size >= LOCK_BYTES) return;
  const path = join(dir, PROBE_FILE);
  try {
    onDisk(dir, () => writeFileSync(path, Buffer.alloc(PROBE_BYTES)));
  } finally {
    rmSync(path, { force: true });
  }
}

/** Checks the first two pages, which lmdb trusts. */
function checkHead(file: string): void {
  if (statSync(file).size === 0) return;
  const descriptor = openSync(file, 'r');
  try {
    readMeta(file, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Creates the folder, or checks that it is a bus. Returns the path of the data file. */
export function prepareFolder(dir: string): string {
  try {
    makeFolder(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (FULL.includes(code)) throw diskFull(dir, error);
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file has that name' : `${code}`;
    throw new UserError(
      'usage',
      `cannot create the bus folder ${dir}: ${why}`,
      'Name another folder with --bus local:DIR.',
    );
  }
  const file = join(dir, DATA_FILE);
  if (existsSync(file)) checkHead(file);
  else {
    const strange = readdirSync(dir).filter((name) => !OURS.has(name));
    if (strange.length > 0)
      throw new UserError(
        'usage',
        `${dir} contains other files (${strange.slice(0, 3).join(', ')}) and no cryptopipe log`,
        'Name an empty or new folder with --bus local:DIR.',
      );
  }
  probe(dir);
  return file;
}

/** A file's device and inode number; empty if there is no file. */
export function identityOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '' : `${found.dev}:${found.ino}`;
}
