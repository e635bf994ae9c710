import { createRequire } from 'node:module';
import type { Headers } from '../../../../src/core/stream/record.ts';
import { compress, decompress } from '../../../../src/log/kafka/wire/compression.ts';

/* kafkajs's own codec and requests, to check ours against. */

const require = createRequire(import.meta.url);
const load = (path: string) => require(`kafkajs/src/protocol/${path}.js`);

interface Encoder {
  readonly buffer: Buffer;
  writeVarInt(value: number): Encoder;
  writeVarLong(value: number): Encoder;
}

const { Codecs } = load('message/compression/index');
for (const code of [2, 3])
  Codecs[code] = () => ({
    compress: ({ buffer }: Encoder) => compress(code, buffer),
    decompress: (bytes: Buffer) => decompress(code, bytes),
  });

const Decoder = load('decoder');
const record = load('recordBatch/record/v0/index');
const { RecordBatch } = load('recordBatch/v0/index');
const readBatch = load('recordBatch/v0/decoder');

export const newEncoder = (): Encoder => new (load('encoder'))();
export const checksum: (bytes: Buffer) => number = load('recordBatch/crc32C/index');

export interface Texts {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
}

/** A batch written by kafkajs; record `i` has time `timestamp + i`. */
export async function writtenByKafkajs(
  records: readonly Texts[],
  { compression = 0, timestamp = 0, firstOffset = 0 } = {},
): Promise<Buffer> {
  const encoder = await RecordBatch({
    compression,
    firstOffset,
    firstTimestamp: timestamp,
    maxTimestamp: timestamp + records.length - 1,
    lastOffsetDelta: records.length - 1,
    records: records.map((one, i) => record({ ...one, offsetDelta: i, timestampDelta: i })),
  });
  return encoder.buffer;
}

/** A batch's records as read by kafkajs, decoded to text. */
export async function readByKafkajs(batch: Buffer) {
  const { records, ...head } = await readBatch(new Decoder(batch));
  const text = (bytes: Buffer | null) => bytes?.toString() ?? null;
  return {
    head,
    records: records.map(
      (one: { [key in keyof Texts]: Buffer | null } & { offset: string; timestamp: string }) => ({
        offset: Number(one.offset),
        timestamp: Number(one.timestamp),
        key: text(one.key),
        value: text(one.value),
        headers: Object.fromEntries(
          Object.entries(one.headers ?? {}).map(([name, value]) => [name, String(value)]),
        ),
      }),
    ),
  };
}

/** A request body written by kafkajs. */
export async function bodyByKafkajs(request: string, parameters: object): Promise<Buffer> {
  return (await load(`requests/${request}/request`)(parameters).encode()).buffer;
}

export const answerByKafkajs = (request: string, payload: Buffer) =>
  load(`requests/${request}/response`).decode(payload);
