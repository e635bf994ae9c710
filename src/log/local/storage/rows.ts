import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Database, type Key, keyValueToBuffer } from 'lmdb';
import { UserError } from '../../../core/errors.ts';

/*
 * A row of every table but `batches` is sealed: 0x01, the CRC-32 of its key and text, the text. Rows of an older
 * cryptopipe are the text alone; no such text begins with 0x01.
 */
const SEALED = 1;
const SEAL = 5;
/** The longest key that lmdb takes, in bytes as it encodes them. */
const LONGEST_KEY = 1978;

declare module 'lmdb' {
  /** A key as lmdb writes it; lmdb's own types leave it out. */
  export function keyValueToBuffer(key: Key): Buffer;
}

/** How values of a table become text. */
export interface Form<V> {
  readonly write: (value: V) => string;
  readonly read: (text: string) => V;
}
export const asText: Form<string> = { write: (value) => value, read: (text) => text };
export const asJson = <V>(): Form<V> => ({ write: JSON.stringify, read: (text) => JSON.parse(text) as V });

function seal(key: Uint8Array, text: string): Buffer {
  const row = Buffer.allocUnsafe(SEAL + Buffer.byteLength(text));
  row[0] = SEALED;
  row.write(text, SEAL);
  row.writeUInt32LE(sumOf(key, row), 1);
  return row;
}

const sumOf = (key: Uint8Array, row: Uint8Array): number => crc32(row.subarray(SEAL), crc32(key));
const textOf = (row: Buffer): string => row.toString('utf8', row[0] === SEALED ? SEAL : 0);

/** Whether a row is as it was written. `json`: one of an older cryptopipe must at least be JSON. */
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

/** A key as lmdb writes it. Throws Problem `usage` for one that is too long. */
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

/** The same check where the bytes are not needed. */
function checkLength(key: Key | undefined): void {
  if (key !== undefined && sizeOf(key) > LONGEST_KEY / 2) bytesOf(key);
}

/** No character, so that no text begins with it; below U+FFFF, where the range of a task's state ends. */
const LONG = '\ufffesha256:';
/**
 * The last part of a key, or its hash where the whole key is too long or the part has a NUL, at which lmdb's encoding
 * ends a text. A hash can be told by its beginning.
 */
export function shortened(text: string, ...before: readonly string[]): string {
  const length = Buffer.byteLength(text) + before.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  // Numbers and separators of a key take less than 50 bytes.
  return length <= LONGEST_KEY - 50 && !text.includes('\0')
    ? text
    : LONG + createHash('sha256').update(text).digest('hex');
}
export const isShortened = (text: string): boolean => text.startsWith(LONG);

/** Range of keys, as lmdb takes it: a shorter key stands before all that begin with it. */
export interface Range {
  readonly start?: Key;
  readonly end?: Key;
  readonly limit?: number;
  readonly reverse?: boolean;
}

type Write = () => void;

/** What a step writes; kept until the whole step has succeeded, since lmdb cannot take one write back. */
export class Writes {
  #writes: Write[] | undefined;
  /** What the step wrote, by table and key; `undefined` where it removed. */
  readonly #values = new Map<object, Map<string, unknown>>();

  /** Runs a step of one transaction and applies its writes; none of them when it throws. */
  run<T>(step: () => T): T {
    this.#writes = [];
    try {
      const result = step();
      for (const write of this.#writes) write();
      return result;
    } finally {
      this.#writes = undefined;
      this.#values.clear();
    }
  }

  add(table: object, key: string, value: unknown, write: Write): void {
    if (this.#writes === undefined) throw new Error('a row is written outside of a transaction');
    this.#writes.push(write);
    const values = this.#values.get(table) ?? new Map<string, unknown>();
    this.#values.set(table, values.set(key, value));
  }

  /** The value that this step wrote. */
  written(table: object, key: () => string): { readonly value: unknown } | undefined {
    const values = this.#values.get(table);
    const name = values && key();
    return name !== undefined && values!.has(name) ? { value: values!.get(name) } : undefined;
  }
}

/**
 * A table of sealed rows. `put` and `remove` belong into a step of `transact`; `get` sees what the step wrote, the
 * ranges do not. Both check key and value before anything is written.
 */
export class Table<V, K extends Key> {
  readonly #raw: Database<Buffer, K>;
  readonly #writes: Writes;
  /** Undefined: values are bytes that carry their own checksum. */
  readonly #form: Form<V> | undefined;
  /** Called around each read; throws when what is read may be overwritten meanwhile. */
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
    const written = this.#writes.written(this, () => bytesOf(key).toString('latin1'));
    if (written !== undefined) return written.value as V | undefined;
    checkLength(key);
    this.#check?.();
    const row = this.#raw.get(key);
    this.#check?.();
    return row === undefined ? undefined : this.#decode(row);
  }

  put(key: K, value: V): void {
    const bytes = bytesOf(key);
    const row = this.#form === undefined ? (value as Buffer) : seal(bytes, this.#form.write(value));
    this.#writes.add(this, bytes.toString('latin1'), value, () => void this.#raw.put(key, row));
  }

  remove(key: K): void {
    this.#writes.add(this, bytesOf(key).toString('latin1'), undefined, () => void this.#raw.remove(key));
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

/** The rows, each handed on only after a check that passes. */
function* checkedEach<T>(rows: Iterable<T>, check: () => void): Iterable<T> {
  check();
  for (const row of rows) {
    check();
    yield row;
    check();
  }
}
