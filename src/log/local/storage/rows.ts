import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Database, type Key, keyValueToBuffer } from 'lmdb';
import { UserError } from '../../../core/errors.ts';

/*
 * Rows of all tables except `batches` are sealed: 0x01, the CRC-32 of key and text, the text. Rows of older versions are
 * just the text, which never begins with 0x01.
 */
const SEALED = 1;
const SEAL = 5;
/** lmdb's limit of an encoded key, in bytes. */
const LONGEST_KEY = 1978;

declare module 'lmdb' {
  /** Encodes a key; missing in lmdb's types. */
  export function keyValueToBuffer(key: Key): Buffer;
}

/** Converts values of a table to text and back. */
export interface Form<V> {
  readonly write: (value: V) => string;
  readonly read: (text: string) => V;
}
export const textForm: Form<string> = { write: (value) => value, read: (text) => text };
export const jsonForm = <V>(): Form<V> => ({ write: JSON.stringify, read: (text) => JSON.parse(text) as V });

function seal(key: Uint8Array, text: string): Buffer {
  const row = Buffer.allocUnsafe(SEAL + Buffer.byteLength(text));
  row[0] = SEALED;
  row.write(text, SEAL);
  row.writeUInt32LE(sumOf(key, row), 1);
  return row;
}

const sumOf = (key: Uint8Array, row: Uint8Array): number => crc32(row.subarray(SEAL), crc32(key));
const textOf = (row: Buffer): string => row.toString('utf8', row[0] === SEALED ? SEAL : 0);

/** Whether a row is intact. `json`: an unsealed row of an older version must at least be JSON. */
export function isWhole(key: Uint8Array, row: Buffer, json: boolean): boolean {
  const summed = row.length >= SEAL && row.readUInt32LE(1) === sumOf(key, row);
  if (row[0] === SEALED || summed) return row[0] === SEALED && summed;
  if (!json) return true;
  try {
    JSON.parse(textOf(row));
    return true;
  } catch {
    return false;
  }
}

const sizeOf = (key: Key): number =>
  Array.isArray(key)
    ? key.reduce((sum: number, part) => sum + sizeOf(part as Key), 0)
    : Buffer.byteLength(`${String(key)}`);

/** An encoded key. Throws UserError `usage` if it is too long. */
function bytesOf(key: Key): Buffer {
  const bytes = sizeOf(key) <= LONGEST_KEY ? keyValueToBuffer(key) : undefined;
  if (bytes !== undefined && bytes.length <= LONGEST_KEY) return bytes;
  const text = JSON.stringify(key);
  throw new UserError(
    'usage',
    `a name is too long for the bus: ${text.slice(0, 100)}... (${text.length} characters)`,
    'Choose a shorter one.',
  );
}

/** An upper bound of `sizeOf`, without a look at the characters. Numbers take less than 32 bytes. */
function boundOf(key: Key): number {
  if (typeof key === 'string') return 3 * key.length;
  if (!Array.isArray(key)) return 32;
  let sum = 0;
  for (const part of key) sum += boundOf(part as Key);
  return sum;
}

/** The same check without encoding short keys. */
function checkLength(key: Key | undefined): void {
  if (key !== undefined && boundOf(key) > LONGEST_KEY / 2) bytesOf(key);
}

/** U+FFFE is a noncharacter, so no text begins with it; it is below U+FFFF, the end of a task's state range. */
const LONG = '\ufffesha256:';
/**
 * The last part of a key, or its hash if the whole key is too long or the part contains a NUL, which ends a text in lmdb's
 * encoding. `isShortened` recognizes a hash.
 */
export function shortened(text: string, ...before: readonly string[]): string {
  const length = Buffer.byteLength(text) + before.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  // Numbers and separators of a key take less than 50 bytes.
  return length <= LONGEST_KEY - 50 && !text.includes('\0')
    ? text
    : LONG + createHash('sha256').update(text).digest('hex');
}
export const isShortened = (text: string): boolean => text.startsWith(LONG);

/** A range of keys. A shorter key sorts before all keys that begin with it. */
export interface Range {
  readonly start?: Key;
  readonly end?: Key;
  readonly limit?: number;
  readonly reverse?: boolean;
}

type Write = () => void;

/** Name of a key in `Writes`: its encoding. */
const nameOf = (key: Key): string => bytesOf(key).toString('latin1');

/** What a step has written to one table. */
class WrittenRows {
  /** Rows without a name yet: most tables are not read within the step that writes them. */
  #unnamed: [key: Key, value: unknown][] = [];
  /** Values by name; `undefined` for a removal. */
  readonly #values = new Map<string, unknown>();

  add(key: Key, value: unknown): void {
    this.#unnamed.push([key, value]);
  }

  get(key: Key): { readonly value: unknown } | undefined {
    for (const [written, value] of this.#unnamed) this.#values.set(nameOf(written), value);
    this.#unnamed = [];
    const name = nameOf(key);
    return this.#values.has(name) ? { value: this.#values.get(name) } : undefined;
  }
}

/** The writes of a step, deferred until the whole step has succeeded, since lmdb cannot undo a single write. */
export class Writes {
  #writes: Write[] | undefined;
  readonly #rows = new Map<object, WrittenRows>();

  /** Runs a step of one transaction and applies its writes, or none of them if it throws. */
  run<T>(step: () => T): T {
    this.#writes = [];
    try {
      const result = step();
      for (const write of this.#writes) write();
      return result;
    } finally {
      this.#writes = undefined;
      this.#rows.clear();
    }
  }

  /** `value`: `undefined` for a removal. */
  add(table: object, key: Key, value: unknown, write: Write): void {
    if (this.#writes === undefined) throw new Error('a row is written outside of a transaction');
    this.#writes.push(write);
    let rows = this.#rows.get(table);
    if (rows === undefined) {
      rows = new WrittenRows();
      this.#rows.set(table, rows);
    }
    rows.add(key, value);
  }

  /** The value written by this step. */
  written(table: object, key: Key): { readonly value: unknown } | undefined {
    return this.#rows.get(table)?.get(key);
  }
}

/**
 * A table of sealed rows. Call `put` and `remove` only within a step of `transact`; `get` sees the step's own writes,
 * ranges do not. Keys and values are checked before anything is written.
 */
export class LmdbTable<V, K extends Key> {
  readonly #raw: Database<Buffer, K>;
  readonly #writes: Writes;
  /** Undefined: values are bytes with their own checksum. */
  readonly #form: Form<V> | undefined;
  /** Called before and after each read; throws if another process may have overwritten what is read. */
  readonly #check: (() => void) | undefined;

  constructor(raw: Database<Buffer, K>, writes: Writes, form: Form<V> | undefined, check?: () => void) {
    this.#raw = raw;
    this.#writes = writes;
    this.#form = form;
    this.#check = check;
  }

  #decode(row: Buffer): V {
    return this.#form === undefined ? (row as V) : this.#form.read(textOf(row));
  }

  get(key: K): V | undefined {
    const written = this.#writes.written(this, key);
    if (written !== undefined) return written.value as V | undefined;
    checkLength(key);
    this.#check?.();
    const row = this.#raw.get(key);
    this.#check?.();
    return row === undefined ? undefined : this.#decode(row);
  }

  put(key: K, value: V): void {
    let row = value as Buffer;
    if (this.#form === undefined) checkLength(key);
    else row = seal(bytesOf(key), this.#form.write(value));
    this.#writes.add(this, key, value, () => void this.#raw.put(key, row));
  }

  remove(key: K): void {
    checkLength(key);
    this.#writes.add(this, key, undefined, () => void this.#raw.remove(key));
  }

  getKeys(range: Range = {}): Iterable<K> {
    checkLength(range.start);
    return this.#checked(this.#raw.getKeys(range as never));
  }

  *getRange(range: Range = {}): Iterable<{ key: K; value: V }> {
    checkLength(range.start);
    for (const { key, value } of this.#checked(this.#raw.getRange(range as never)))
      yield { key, value: this.#decode(value) };
  }

  #checked<T>(rows: Iterable<T>): Iterable<T> {
    return this.#check === undefined ? rows : checkedEach(rows, this.#check);
  }
}

/** Yields each row only after a check that passes. */
function* checkedEach<T>(rows: Iterable<T>, check: () => void): Iterable<T> {
  check();
  for (const row of rows) {
    check();
    yield row;
    check();
  }
}
