import { closeSync, existsSync, openSync, readdirSync, readSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import { makeFolder } from './make-folder.ts';

/** The data file inside a bus folder; lmdb keeps its lock file beside it. */
export const DATA_FILE = 'log.mdb';
export const NAMESPACE_FILE = `${DATA_FILE}-namespace`;
/** What else cryptopipe itself puts into a bus folder. */
const OURS = new Set([DATA_FILE, `${DATA_FILE}-lock`, NAMESPACE_FILE, 'sample']);

/** Places in a meta page of lmdb-js's file format (its mdb.c: a 24-byte page header, then MDB_meta). */
const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;

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

const damaged = (file: string, why: string) =>
  new Problem(
    'damaged',
    `${file} is damaged: ${why}`,
    'Restore the folder from a copy, or move it away and start with a new one (--bus local:OTHER).',
  );

interface Meta {
  readonly pageSize: number;
  readonly pages: number;
  readonly transaction: number;
}

function readMeta(page: Buffer): Meta | undefined {
  if (page.length < TRANSACTION_AT + 8 || page.readUInt32LE(MAGIC_AT) !== MAGIC) return undefined;
  return {
    pageSize: page.readUInt32LE(PAGE_SIZE_AT),
    pages: Number(page.readBigUInt64LE(LAST_PAGE_AT)) + 1,
    transaction: Number(page.readBigUInt64LE(TRANSACTION_AT)),
  };
}

/**
 * Reading past the end of a cut file through its memory map kills the process without a word, so the file is
 * checked before it is mapped.
 */
function checkFile(file: string): void {
  if (statSync(file).size === 0) return;
  const head = Buffer.alloc(2 * 65_536);
  const handle = openSync(file, 'r');
  const length = readSync(handle, head, 0, head.length, 0);
  closeSync(handle);
  // After the page was read: another process may make the file longer meanwhile, and never shorter.
  const size = statSync(file).size;
  const first = readMeta(head.subarray(0, length));
  if (first === undefined) throw damaged(file, 'it does not begin as a cryptopipe log does');
  const second = readMeta(head.subarray(first.pageSize, length));
  const meta = second !== undefined && second.transaction > first.transaction ? second : first;
  if (size < meta.pages * meta.pageSize)
    throw damaged(file, `it holds ${size} bytes and should hold ${meta.pages * meta.pageSize}`);
}

/** Makes the folder, or checks that it is ours. Returns the path of the data file. */
export function prepareFolder(dir: string): string {
  try {
    makeFolder(dir);
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
  if (existsSync(file)) checkFile(file);
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
