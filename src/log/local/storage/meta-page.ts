import { readSync } from 'node:fs';
import { damaged } from './damage.ts';

/** One of lmdb's trees as its MDB_db describes it (lmdb-js's mdb.c). */
export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  /** Pages of values too large for a leaf. */
  readonly overflows: number;
  readonly entries: number;
  /** Page number; undefined for an empty tree. */
  readonly root: number | undefined;
}

/** State of the last commit: MDB_meta, after a 24-byte page header. */
export interface Meta {
  readonly pageSize: number;
  /** Number of pages up to the last one in use. */
  readonly pages: number;
  readonly transaction: number;
  readonly free: Tree;
  readonly main: Tree;
}

export const TREE_BYTES = 48;
const HEADER = 24;
const META_BYTES = 160;
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const META_PAGE = 8;
/** Of an environment without a subfolder; the keys of its free list are integers. */
const ENVIRONMENT_FLAGS = 0x4008;
const PAGE_SIZES = [4096, 8192, 16_384, 32_768, 65_536];
/** Two commits may pass while both pages are read. */
const TRIES = 20;

/** A 64-bit number; infinity if it cannot be a file position. */
export function readNumber(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32LE(at + 4);
  return high >= 1 << 20 ? Number.POSITIVE_INFINITY : high * 2 ** 32 + bytes.readUInt32LE(at);
}

export function readTree(bytes: Buffer, at: number): Tree {
  const entries = readNumber(bytes, at + 32);
  const empty = bytes.readBigUInt64LE(at + 40) === 0xffffffffffffffffn;
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    branches: readNumber(bytes, at + 8),
    leaves: readNumber(bytes, at + 16),
    overflows: readNumber(bytes, at + 24),
    entries,
    root: empty ? undefined : readNumber(bytes, at + 40),
  };
}

function parse(page: Buffer, index: number): Meta | undefined {
  if (page.length < META_BYTES) return undefined;
  const free = readTree(page, 48);
  const meta = {
    pageSize: page.readUInt32LE(48),
    pages: readNumber(page, 144) + 1,
    transaction: readNumber(page, 152),
    free,
    main: readTree(page, 96),
  };
  const fits =
    readNumber(page, 0) === index &&
    page.readUInt16LE(18) === META_PAGE &&
    page.readUInt32LE(HEADER) === MAGIC &&
    page.readUInt32LE(HEADER + 4) === VERSION &&
    readNumber(page, 32) === 0 &&
    PAGE_SIZES.includes(meta.pageSize) &&
    free.flags === ENVIRONMENT_FLAGS &&
    meta.main.flags === 0 &&
    Number.isFinite(meta.transaction);
  return fits ? meta : undefined;
}

/** The two pages alternate: they must be of transactions N and N + 1. Otherwise a commit is lost. */
function newest(first: Meta | undefined, second: Meta | undefined): Meta | undefined {
  if (first === undefined || second === undefined || first.pageSize !== second.pageSize) return undefined;
  const [even, odd] = [first.transaction, second.transaction];
  if (even === 0 && odd === 0) return first;
  if (even % 2 !== 0 || odd % 2 !== 1 || Math.abs(even - odd) !== 1) return undefined;
  return even > odd ? first : second;
}

/** Reads the state of the last commit. Throws UserError `damaged` if the file does not begin like a log. */
export function readMeta(file: string, descriptor: number): Meta {
  const bytes = Buffer.alloc(65_536 + META_BYTES);
  for (let tries = 0; tries < TRIES; tries++) {
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    const first = parse(bytes.subarray(0, length), 0);
    const second = first && parse(bytes.subarray(first.pageSize, Math.max(first.pageSize, length)), 1);
    const meta = newest(first, second);
    if (meta !== undefined) return meta;
  }
  throw damaged(file, 'it does not begin like a cryptopipe log');
}
