import { type Batch, type Headers, NO_HEADERS, type StoredRecord } from '../../core/record.ts';

/*
 * A batch is one value: a fixed head, four 32-bit numbers a record, then all texts as one piece of UTF-8, so that a
 * whole batch is encoded or decoded by one call. Lengths count UTF-16 units, which is what slicing a string takes.
 *
 *   0 u8 version | 4 u32 count | 8 f64 append time | 16 u32 span: offsets covered | 20 u32 length of the header table
 *   24 count x { u32 key length, u32 value length, u32 header index, u32 offset - base offset } | texts
 */
const VERSION = 1;
const HEAD = 24;
const ROW = 16;
const NONE = 0xffffffff;

/** What a record needs to be stored; a NewRecord or a StoredRecord. */
export interface Storable {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
}

/** `deltas` are offsets from the base, for a batch with holes; without them offsets run on from it. */
export function encodeBatch(
  records: readonly Storable[],
  timestamp: number,
  deltas?: readonly number[],
  span = records.length,
): Buffer {
  const count = records.length;
  const rows = new Uint32Array(count * 4);
  const tables = new Map<Headers, number>();
  const known = new Map<string, number>();
  let texts = '';
  for (let i = 0, at = 0; i < count; i++, at += 4) {
    const { key, value, headers } = records[i]!;
    let index = tables.get(headers);
    if (index === undefined) {
      const json = JSON.stringify(headers);
      index = known.get(json) ?? known.size;
      known.set(json, index);
      tables.set(headers, index);
    }
    rows[at] = key === null ? NONE : key.length;
    rows[at + 1] = value === null ? NONE : value.length;
    rows[at + 2] = index;
    rows[at + 3] = deltas === undefined ? i : deltas[i]!;
    if (key !== null) texts += key;
    if (value !== null) texts += value;
  }
  const table = `[${[...known.keys()].join()}]`;
  const body = table + texts;
  const start = HEAD + count * ROW;
  const buffer = Buffer.allocUnsafe(start + Buffer.byteLength(body));
  buffer.writeUInt32LE(VERSION, 0);
  buffer.writeUInt32LE(count, 4);
  buffer.writeDoubleLE(timestamp, 8);
  buffer.writeUInt32LE(span, 16);
  buffer.writeUInt32LE(table.length, 20);
  buffer.set(new Uint8Array(rows.buffer), HEAD);
  buffer.write(body, start, 'utf8');
  return buffer;
}

/** The head alone: record count, append time, offsets covered. */
export function readHead(buffer: Buffer): { count: number; timestamp: number; span: number } {
  return { count: buffer.readUInt32LE(4), timestamp: buffer.readDoubleLE(8), span: buffer.readUInt32LE(16) };
}

/** The records at or after `from`. */
export function decodeBatch(
  topic: string,
  partition: number,
  base: number,
  buffer: Buffer,
  from = base,
): Batch {
  const { count, timestamp, span } = readHead(buffer);
  const text = buffer.toString('utf8', HEAD + count * ROW);
  let at = buffer.readUInt32LE(20);
  const tables = JSON.parse(text.substring(0, at)) as Headers[];
  const records: StoredRecord[] = [];
  for (let i = 0, row = HEAD; i < count; i++, row += ROW) {
    const keyLength = buffer.readUInt32LE(row);
    const valueLength = buffer.readUInt32LE(row + 4);
    const keyEnd = keyLength === NONE ? at : at + keyLength;
    const valueEnd = valueLength === NONE ? keyEnd : keyEnd + valueLength;
    const offset = base + buffer.readUInt32LE(row + 12);
    if (offset >= from)
      records.push({
        offset,
        timestamp,
        key: keyLength === NONE ? null : text.substring(at, keyEnd),
        value: valueLength === NONE ? null : text.substring(keyEnd, valueEnd),
        headers: tables[buffer.readUInt32LE(row + 8)] ?? NO_HEADERS,
      });
    at = valueEnd;
  }
  return { topic, partition, records, next: base + span };
}
