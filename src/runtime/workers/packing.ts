import type { Batch, EncodedValue, Headers, NewRecord, TextBytes } from '../../core/stream/record.ts';
import { EncodedOutput } from '../output/output-bytes.ts';

/** Records by columns: copying a few arrays to another thread costs a third of copying as many objects. */
interface Columns {
  readonly keys: readonly (string | null)[];
  readonly values: readonly (string | null)[];
  /** The headers of the records: those of each run of records that share them, and the run of each record. */
  readonly headers: readonly Headers[];
  readonly runs: Uint32Array;
}

export interface PackedBatch extends Columns {
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
  readonly offsets: Float64Array;
  readonly timestamps: Float64Array;
}

export interface PackedOutputs extends Columns {
  readonly topics: readonly string[];
  readonly partitionKeys: readonly (string | null)[];
  /** Where the bytes of each value are: chunk, start, end and number of characters. Values that are texts are in `values`. */
  readonly spans: Uint32Array;
  readonly chunks: readonly ArrayBuffer[];
}

/** Stands for the chunk of a value that is a text. */
const NO_CHUNK = 0xffffffff;

interface Content {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
  readonly bytes?: EncodedValue;
}

/** The value, if it is a text. */
const textOf = (record: Content): string | null => (record.bytes === undefined ? record.value : null);

function areSame(a: Headers, b: Headers): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function columnsOf(records: readonly Content[]): Columns {
  const headers: Headers[] = [];
  const runs = Uint32Array.from(records, (record) => {
    const last = headers.at(-1);
    if (last === undefined || (last !== record.headers && !areSame(last, record.headers)))
      headers.push(record.headers);
    return headers.length - 1;
  });
  return { keys: records.map(({ key }) => key), values: records.map(textOf), headers, runs };
}

export const packBatch = ({ topic, partition, records, next }: Batch): PackedBatch => ({
  topic,
  partition,
  next,
  offsets: Float64Array.from(records, ({ offset }) => offset),
  timestamps: Float64Array.from(records, ({ timestamp }) => timestamp),
  ...columnsOf(records),
});

export function unpackBatch(batch: PackedBatch): Batch {
  const { topic, partition, next, offsets, timestamps, keys, values, headers, runs } = batch;
  const records = keys.map((key, at) => ({
    offset: offsets[at]!,
    timestamp: timestamps[at]!,
    key,
    value: values[at]!,
    headers: headers[runs[at]!]!,
  }));
  return { topic, partition, records, next };
}

export function packOutputs(records: readonly NewRecord[]): PackedOutputs {
  const chunks: ArrayBuffer[] = [];
  const spans = new Uint32Array(4 * records.length);
  records.forEach(({ bytes }, index) => {
    const at = 4 * index;
    if (bytes === undefined) {
      spans[at] = NO_CHUNK;
      return;
    }
    const { buffer, from, end, length } = bytes;
    const chunk = buffer.buffer as ArrayBuffer;
    if (chunks.at(-1) !== chunk) chunks.push(chunk);
    spans[at] = chunks.length - 1;
    spans[at + 1] = buffer.byteOffset + from;
    spans[at + 2] = buffer.byteOffset + end;
    spans[at + 3] = length;
  });
  return {
    topics: records.map(({ topic }) => topic),
    partitionKeys: records.map(({ partitionKey }) => partitionKey),
    spans,
    chunks,
    ...columnsOf(records),
  };
}

export function unpackOutputs(packed: PackedOutputs): NewRecord[] {
  const { topics, partitionKeys, keys, values, headers, runs, spans, chunks } = packed;
  const buffers = chunks.map((chunk) => Buffer.from(chunk) as Buffer & TextBytes);
  return keys.map((key, index) => {
    const record = {
      topic: topics[index]!,
      partitionKey: partitionKeys[index]!,
      key,
      value: values[index]!,
      headers: headers[runs[index]!]!,
    };
    const at = 4 * index;
    const buffer = buffers[spans[at]!];
    if (buffer === undefined) return record;
    return new EncodedOutput(record, {
      buffer,
      from: spans[at + 1]!,
      end: spans[at + 2]!,
      length: spans[at + 3]!,
    });
  });
}
