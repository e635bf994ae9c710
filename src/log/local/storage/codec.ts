import { crc32 } from 'node:zlib';
import {
  type Batch,
  type EncodedValue,
  type Headers,
  NO_HEADERS,
  type StoredRecord,
  type TextBytes,
} from '../../../core/stream/record.ts';
import { DamagedRecords } from './damage.ts';
import { EncodedRecord } from './encoded-record.ts';

/*
 * A batch is one value: a fixed head, four 32-bit numbers per record, then all texts as one block of UTF-8.
 *
 *   0 u16 version | 2 u16 plain: 1 when all texts are ASCII | 4 u32 count | 8 f64 append time
 *   16 u32 span: offsets covered | 20 u32 length of the header table | 24 u32 CRC-32 of all other bytes
 *   28 count x { u32 key length, u32 value length, u32 header index, u32 offset - base offset } | header table, texts
 *
 * Batches of version 1 (older releases) have no checksum: the rows start at 24.
 * Lengths are bytes. A plain batch is decoded by one call and sliced; in any other each text is decoded by itself, so
 * that one emoji does not make two-byte strings of a whole batch.
 */
const VERSION = 2;
const SUM = 24;
const HEAD = 28;
/** Bytes of a record's numbers; the last four are its offset behind the base. */
export const ROW = 16;
/** The length of a text that is null. */
export const NO_TEXT = 0xffffffff;

/** The fields of a record that are stored; a NewRecord or a StoredRecord has them. */
export interface Storable {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
  readonly bytes?: EncodedValue;
}

/** Whether two sets of headers are equal. Most records of a batch have the headers of the previous one. */
function areSame(a: Headers, b: Headers): boolean {
  if (a === b) return true;
  let left = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    left += 1;
  }
  for (const _ in b) left -= 1;
  return left === 0;
}

/** Writes each record's header index into `rows`. Returns the table of distinct header sets. */
function putHeaders(records: readonly Storable[], rows: Uint32Array): string {
  const byText = new Map<string, number>();
  const byObject = new Map<Headers, number>();
  let last: Headers | undefined;
  let index = 0;
  for (let i = 0; i < records.length; i++) {
    const { headers } = records[i]!;
    if (last === undefined || !areSame(headers, last)) {
      const known = byObject.get(headers);
      const text = known === undefined ? JSON.stringify(headers) : '';
      index = known ?? byText.get(text) ?? byText.size;
      if (known === undefined) byText.set(text, index);
      byObject.set(headers, index);
      last = headers;
    }
    rows[i * 4 + 2] = index;
  }
  return `[${[...byText.keys()].join()}]`;
}

/** Buffer for texts until their length is known; grows with the largest batch. */
let scratch = Buffer.allocUnsafe(1 << 20);

function makeRoom(at: number, size: number): void {
  if (at + size <= scratch.length) return;
  const larger = Buffer.allocUnsafe(2 * (at + size));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}

/** Writes a text as UTF-8 to the scratch buffer; returns its end. */
function putText(text: string, at: number): number {
  makeRoom(at, 3 * text.length);
  return at + scratch.write(text, at, 'utf8');
}

function putBytes({ buffer, from, end }: EncodedValue, at: number): number {
  makeRoom(at, end - from);
  scratch.set(buffer.subarray(from, end), at);
  return at + end - from;
}

/** `deltas` are offsets relative to the base, for a batch with gaps; without them offsets are consecutive. */
export function encodeBatch(
  records: readonly Storable[],
  timestamp: number,
  deltas?: readonly number[],
  span = records.length,
): Buffer {
  const count = records.length;
  const rows = new Uint32Array(count * 4);
  const table = putHeaders(records, rows);
  const tableEnd = putText(table, 0);
  let characters = table.length;
  let end = tableEnd;
  for (let i = 0, at = 0; i < count; i++, at += 4) {
    const record = records[i]!;
    const { key, bytes } = record;
    const value = bytes ?? record.value;
    const keyEnd = key === null ? end : putText(key, end);
    const valueEnd =
      value === null ? keyEnd : typeof value === 'string' ? putText(value, keyEnd) : putBytes(value, keyEnd);
    characters += (key?.length ?? 0) + (value?.length ?? 0);
    rows[at] = key === null ? NO_TEXT : keyEnd - end;
    rows[at + 1] = value === null ? NO_TEXT : valueEnd - keyEnd;
    rows[at + 3] = deltas === undefined ? i : deltas[i]!;
    end = valueEnd;
  }
  const start = HEAD + count * ROW;
  const buffer = Buffer.allocUnsafe(start + end);
  buffer.writeUInt16LE(VERSION, 0);
  buffer.writeUInt16LE(characters === end ? 1 : 0, 2);
  buffer.writeUInt32LE(count, 4);
  buffer.writeDoubleLE(timestamp, 8);
  buffer.writeUInt32LE(span, 16);
  buffer.writeUInt32LE(tableEnd, 20);
  buffer.set(new Uint8Array(rows.buffer), HEAD);
  scratch.copy(buffer, start, 0, end);
  return seal(buffer);
}

const sumOf = (buffer: Buffer): number => crc32(buffer.subarray(HEAD), crc32(buffer.subarray(0, SUM)));

function seal(buffer: Buffer): Buffer {
  buffer.writeUInt32LE(sumOf(buffer), SUM);
  return buffer;
}

/** Changes the append time of a batch in place. */
export function stampBatch(buffer: Buffer, timestamp: number): void {
  buffer.writeDoubleLE(timestamp, 8);
  seal(buffer);
}

/** The start of a batch's rows; undefined if its checksum does not match. */
function rowsAt(buffer: Buffer): number | undefined {
  const version = buffer.length < SUM ? 0 : buffer.readUInt16LE(0);
  if (version === VERSION)
    return buffer.length >= HEAD && buffer.readUInt32LE(SUM) === sumOf(buffer) ? HEAD : undefined;
  if (version !== 1) return undefined;
  // Without a checksum, at least the lengths must add up.
  const count = buffer.readUInt32LE(4);
  let end = SUM + count * ROW + buffer.readUInt32LE(20);
  if (end > buffer.length) return undefined;
  for (let i = 0, row = SUM; i < count; i++, row += ROW)
    for (const at of [row, row + 4]) {
      const length = buffer.readUInt32LE(at);
      if (length !== NO_TEXT) end += length;
    }
  return end === buffer.length ? SUM : undefined;
}

/** Returns the start of a batch's rows. Throws UserError `damaged` for changed bytes. */
export function checkBatch(topic: string, partition: number, base: number, buffer: Buffer): number {
  const at = rowsAt(buffer);
  if (at === undefined)
    throw new DamagedRecords(topic, partition, base, 'the stored records have changed (checksum mismatch)');
  return at;
}

/** Reads only the head: record count, append time, offsets covered. */
export function readHead(buffer: Buffer): { count: number; timestamp: number; span: number } {
  return { count: buffer.readUInt32LE(4), timestamp: buffer.readDoubleLE(8), span: buffer.readUInt32LE(16) };
}

/** Returns texts of a batch by byte position. */
function textReader(buffer: Buffer, start: number): (from: number, to: number) => string {
  if (buffer.readUInt16LE(2) === 0) return (from, to) => buffer.toString('utf8', start + from, start + to);
  const text = buffer.toString('latin1', start);
  return (from, to) => text.substring(from, to);
}

function headersOf(topic: string, partition: number, base: number, table: string): readonly Headers[] {
  try {
    return JSON.parse(table) as Headers[];
  } catch {
    throw new DamagedRecords(topic, partition, base, 'the record headers cannot be read');
  }
}

/** The records at or after `from`, with their values as bytes if `asBytes`. Throws UserError `damaged` for a changed batch. */
export function decodeBatch(
  topic: string,
  partition: number,
  base: number,
  buffer: Buffer,
  from = base,
  asBytes = false,
): Batch {
  const rows = checkBatch(topic, partition, base, buffer);
  const { count, timestamp, span } = readHead(buffer);
  const texts = rows + count * ROW;
  const text = asBytes
    ? (start: number, end: number) => buffer.toString('utf8', texts + start, texts + end)
    : textReader(buffer, texts);
  let at = buffer.readUInt32LE(20);
  const tables = headersOf(topic, partition, base, text(0, at));
  const records: StoredRecord[] = [];
  for (let i = 0, row = rows; i < count; i++, row += ROW) {
    const keyLength = buffer.readUInt32LE(row);
    const valueLength = buffer.readUInt32LE(row + 4);
    const keyEnd = keyLength === NO_TEXT ? at : at + keyLength;
    const valueEnd = valueLength === NO_TEXT ? keyEnd : keyEnd + valueLength;
    const offset = base + buffer.readUInt32LE(row + 12);
    const headers = tables[buffer.readUInt32LE(row + 8)] ?? NO_HEADERS;
    if (offset >= from)
      records.push(
        asBytes && valueLength !== NO_TEXT
          ? new EncodedRecord(
              offset,
              timestamp,
              headers,
              buffer as Buffer & TextBytes,
              keyLength === NO_TEXT ? undefined : texts + at,
              texts + keyEnd,
              texts + valueEnd,
            )
          : {
              offset,
              timestamp,
              key: keyLength === NO_TEXT ? null : text(at, keyEnd),
              value: valueLength === NO_TEXT ? null : text(keyEnd, valueEnd),
              headers,
            },
      );
    at = valueEnd;
  }
  return { topic, partition, records, next: base + span };
}
