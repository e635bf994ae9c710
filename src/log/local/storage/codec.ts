import { crc32 } from 'node:zlib';
import { type Batch, type Headers, NO_HEADERS, type StoredRecord } from '../../../core/stream/record.ts';
import { damagedAt } from './damage.ts';

/*
 * A batch is one value: a fixed head, four 32-bit numbers per record, then all texts as one block of UTF-8.
 *
 *   0 u16 version | 2 u16 plain: 1 when all texts are ASCII | 4 u32 count | 8 f64 append time
 *   16 u32 span: offsets covered | 20 u32 length of the header table | 24 u32 CRC-32 of all other bytes
 *   28 count x { u32 key length, u32 value length, u32 header index, u32 offset - base offset } | header table, texts
 *
 * Batches of version 1 have no checksum; their rows begin at 24.
 * Lengths are bytes. A plain batch is decoded in one call and sliced. In any other, each text is decoded separately, so
 * that one emoji does not turn the whole batch into two-byte strings.
 */
const VERSION = 2;
const SUM = 24;
const HEAD = 28;
const ROW = 16;
const NONE = 0xffffffff;

/** The stored part of a NewRecord or StoredRecord. */
export interface Storable {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
}

/** Each distinct set of headers once, and its index by record. */
function headerTable(records: readonly Storable[]): { table: string; index: (headers: Headers) => number } {
  const byObject = new Map<Headers, number>();
  const byText = new Map<string, number>();
  for (const { headers } of records) {
    if (byObject.has(headers)) continue;
    const text = JSON.stringify(headers);
    const index = byText.get(text) ?? byText.size;
    byText.set(text, index);
    byObject.set(headers, index);
  }
  return { table: `[${[...byText.keys()].join()}]`, index: (headers) => byObject.get(headers)! };
}

/** Buffer for texts until their length is known; grows with the largest batch. */
let scratch = Buffer.allocUnsafe(1 << 20);

/** Writes a text as UTF-8 to the scratch buffer; returns its end. */
function putText(text: string, at: number): number {
  if (at + 3 * text.length > scratch.length) {
    const larger = Buffer.allocUnsafe(2 * (at + 3 * text.length));
    scratch.copy(larger, 0, 0, at);
    scratch = larger;
  }
  return at + scratch.write(text, at, 'utf8');
}

/** `deltas`: offsets relative to the base, for a batch with holes; consecutive by default. */
export function encodeBatch(
  records: readonly Storable[],
  timestamp: number,
  deltas?: readonly number[],
  span = records.length,
): Buffer {
  const count = records.length;
  const { table, index } = headerTable(records);
  const tableEnd = putText(table, 0);
  const rows = new Uint32Array(count * 4);
  let characters = table.length;
  let end = tableEnd;
  for (let i = 0, at = 0; i < count; i++, at += 4) {
    const { key, value, headers } = records[i]!;
    const keyEnd = key === null ? end : putText(key, end);
    const valueEnd = value === null ? keyEnd : putText(value, keyEnd);
    characters += (key?.length ?? 0) + (value?.length ?? 0);
    rows[at] = key === null ? NONE : keyEnd - end;
    rows[at + 1] = value === null ? NONE : valueEnd - keyEnd;
    rows[at + 2] = index(headers);
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

/** The start of a batch's rows if its bytes are intact; undefined if they are damaged. */
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
      if (length !== NONE) end += length;
    }
  return end === buffer.length ? SUM : undefined;
}

/** Returns the start of a batch's rows. Throws UserError `damaged` if its bytes have changed. */
export function checkBatch(topic: string, partition: number, base: number, buffer: Buffer): number {
  const at = rowsAt(buffer);
  if (at === undefined)
    throw damagedAt(topic, partition, base, 'the stored records have changed (checksum mismatch)');
  return at;
}

/** Record count, append time, offsets covered. */
export function readHead(buffer: Buffer): { count: number; timestamp: number; span: number } {
  return { count: buffer.readUInt32LE(4), timestamp: buffer.readDoubleLE(8), span: buffer.readUInt32LE(16) };
}

/** Reads texts of a batch by their byte range. */
function textReader(buffer: Buffer, start: number): (from: number, to: number) => string {
  if (buffer.readUInt16LE(2) === 0) return (from, to) => buffer.toString('utf8', start + from, start + to);
  const text = buffer.toString('latin1', start);
  return (from, to) => text.substring(from, to);
}

function headersOf(topic: string, partition: number, base: number, table: string): readonly Headers[] {
  try {
    return JSON.parse(table) as Headers[];
  } catch {
    throw damagedAt(topic, partition, base, 'the headers of its records cannot be read');
  }
}

/** The records at or after `from`. Throws UserError `damaged` if the batch's bytes have changed. */
export function decodeBatch(
  topic: string,
  partition: number,
  base: number,
  buffer: Buffer,
  from = base,
): Batch {
  const rows = checkBatch(topic, partition, base, buffer);
  const { count, timestamp, span } = readHead(buffer);
  const text = textReader(buffer, rows + count * ROW);
  let at = buffer.readUInt32LE(20);
  const tables = headersOf(topic, partition, base, text(0, at));
  const records: StoredRecord[] = [];
  for (let i = 0, row = rows; i < count; i++, row += ROW) {
    const keyLength = buffer.readUInt32LE(row);
    const valueLength = buffer.readUInt32LE(row + 4);
    const keyEnd = keyLength === NONE ? at : at + keyLength;
    const valueEnd = valueLength === NONE ? keyEnd : keyEnd + valueLength;
    const offset = base + buffer.readUInt32LE(row + 12);
    if (offset >= from)
      records.push({
        offset,
        timestamp,
        key: keyLength === NONE ? null : text(at, keyEnd),
        value: valueLength === NONE ? null : text(keyEnd, valueEnd),
        headers: tables[buffer.readUInt32LE(row + 8)] ?? NO_HEADERS,
      });
    at = valueEnd;
  }
  return { topic, partition, records, next: base + span };
}
