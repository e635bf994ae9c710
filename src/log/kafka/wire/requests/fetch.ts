import { UserError } from '../../../../core/errors.ts';
import type { StoredRecord } from '../../../../core/stream/record.ts';
import type { Millis } from '../../../../core/util/time.ts';
import { type AbortedTransaction, committedFrom } from '../aborted.ts';
import { decompress } from '../compression.ts';
import { DamagedBatch, type RawBatch, rawBatches } from '../raw-batch.ts';
import { decodeRecords } from '../record-reader.ts';
import { RequestWriter } from '../request-writer.ts';
import { ResponseReader } from '../response-reader.ts';
import type { WireRequest } from './request.ts';

/** Request fields for a consumer: not a replica, no session, no leader epoch, no log start offset. */
export const NONE = -1;
const READ_COMMITTED = 1;
/** Error code for a response without the requested partition. */
const UNKNOWN_SERVER_ERROR = -1;

export interface FetchResponse {
  readonly throttleMs: Millis;
  /** Kafka error code of the request or the partition; 0 means none. */
  readonly errorCode: number;
  /** First offset of an open transaction, else the offset after the last record on all in-sync replicas. */
  readonly lastStableOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Batches; the last one may be truncated. */
  readonly recordSet: Buffer;
}

/**
 * Fetch, version 11: committed records of one partition from `offset`. The broker responds as soon as it has data, or
 * after `waitMs`, with at least one whole batch and otherwise at most `maxBytes`.
 */
export function fetchRequest(request: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly waitMs: Millis;
  readonly maxBytes: number;
}): WireRequest<FetchResponse> {
  const { topic, partition, offset, waitMs, maxBytes } = request;
  return {
    apiKey: 1,
    apiVersion: 11,
    apiName: 'Fetch',
    body: () => {
      const body = fetchLimits(new RequestWriter(), waitMs, maxBytes);
      body.array([topic], () =>
        body
          .string(topic)
          .array([partition], () =>
            body.int32(partition).int32(NONE).int64(offset).int64(NONE).int32(maxBytes),
          ),
      );
      return body.int32(0).string('').written();
    },
    read: (payload) => readFetchResponse(payload, PLAIN),
  };
}

/** The fields before the topics, the same in every version. */
export const fetchLimits = (body: RequestWriter, waitMs: Millis, maxBytes: number): RequestWriter =>
  body.int32(NONE).int32(waitMs).int32(1).int32(maxBytes).int8(READ_COMMITTED).int32(0).int32(NONE);

/** How a version of Fetch encodes what differs between versions. */
export interface FetchEncoding {
  array<T>(answer: ResponseReader, read: () => T): T[];
  bytes(answer: ResponseReader): Buffer;
  /** Skips the topic's name or id. */
  topic(answer: ResponseReader): void;
  /** Skips the tagged fields that end a structure, if the version has them. */
  tags(answer: ResponseReader): void;
}

const PLAIN: FetchEncoding = {
  array: (answer, read) => answer.array(read),
  bytes: (answer) => answer.bytes(),
  topic: (answer) => answer.string(),
  tags: () => {},
};

const NOTHING = { lastStableOffset: -1, aborted: [], recordSet: Buffer.alloc(0) };

/** The response for the one partition that was requested. */
export function readFetchResponse(payload: Buffer, encoding: FetchEncoding): FetchResponse {
  const answer = new ResponseReader(payload);
  encoding.tags(answer);
  const throttleMs = answer.int32();
  const requestError = answer.int16();
  answer.int32(); // session id
  const topics = encoding.array(answer, () => {
    encoding.topic(answer);
    const partitions = encoding.array(answer, () => readPartition(answer, encoding));
    encoding.tags(answer);
    return partitions;
  });
  const [found] = topics.flat();
  if (found === undefined) return { ...NOTHING, throttleMs, errorCode: requestError || UNKNOWN_SERVER_ERROR };
  return { ...found, throttleMs, errorCode: requestError || found.errorCode };
}

function readPartition(answer: ResponseReader, encoding: FetchEncoding) {
  answer.int32(); // partition
  const errorCode = answer.int16();
  answer.int64(); // high watermark
  const lastStableOffset = answer.int64();
  answer.int64(); // log start offset
  const aborted = encoding.array(answer, () => {
    const one = { producerId: answer.bigint64(), firstOffset: answer.int64() };
    encoding.tags(answer);
    return one;
  });
  answer.int32(); // preferred read replica
  const recordSet = encoding.bytes(answer);
  encoding.tags(answer);
  return { errorCode, lastStableOffset, aborted, recordSet };
}

/** The payload decompressed, or what is wrong with it. */
async function decompressed({ compression, payload, baseOffset }: RawBatch): Promise<Buffer | DamagedBatch> {
  try {
    return await decompress(compression, payload);
  } catch (error) {
    if (error instanceof UserError) throw error;
    return new DamagedBatch(baseOffset, `decompression failed: ${(error as Error).message}`, undefined);
  }
}

/** The records of a batch, or what is wrong with it. */
function decoded(batch: RawBatch, payload: Buffer | DamagedBatch, from: number) {
  if (payload instanceof DamagedBatch) return payload;
  try {
    return decodeRecords(batch, payload, from);
  } catch (error) {
    if (error instanceof DamagedBatch) return error;
    throw error;
  }
}

/**
 * The committed records at or after `from`. `next` is the offset after the last whole batch of the response, whatever it
 * contained (aborted records, a marker, a gap), or `from` without one. `bytes`: decompressed size. A damaged batch after
 * the first ends the response. Throws DamagedBatch for a damaged first batch, and UserError `failed` for codecs that
 * this machine lacks.
 */
export async function readCommitted(
  { recordSet, aborted }: Pick<FetchResponse, 'recordSet' | 'aborted'>,
  from: number,
): Promise<{ readonly records: readonly StoredRecord[]; readonly next: number; readonly bytes: number }> {
  const batches = rawBatches(recordSet);
  const committed = committedFrom(batches, aborted, from);
  const payloads = await Promise.all(committed.map(decompressed));
  const records: StoredRecord[] = [];
  let bytes = 0;
  for (const [i, batch] of committed.entries()) {
    const payload = payloads[i]!;
    const found = decoded(batch, payload, from);
    if (found instanceof DamagedBatch) {
      // What comes before it is read first; the next fetch begins at it.
      if (i > 0) return { records, next: batch.baseOffset, bytes };
      throw new DamagedBatch(batch.baseOffset, found.how, batch.nextOffset - 1);
    }
    for (const record of found) records.push(record);
    bytes += payload instanceof DamagedBatch ? 0 : payload.length;
  }
  return { records, next: Math.max(from, batches.at(-1)?.nextOffset ?? from), bytes };
}
