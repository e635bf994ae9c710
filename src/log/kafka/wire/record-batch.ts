import type { NewRecord } from '../../../core/stream/record.ts';
import { crc32c } from './crc32c.ts';
import { headerBytes } from './headers.ts';
import { BEFORE_LENGTH, CHECKED, HEAD, MAGIC, TRANSACTIONAL } from './raw-batch.ts';
import { MAX_NUMBERS_SIZE, maxTextSize, putRecord } from './record-writer.ts';

/** Reused buffer; grows with the largest batch. */
let scratch = Buffer.allocUnsafeSlow(1 << 16);

/**
 * Encodes the records section of a batch, uncompressed. All records have the batch's time and the relative offsets 0, 1,
 * 2 ...; texts are UTF-8; a null value is a tombstone.
 */
export function encodeRecords(records: readonly Pick<NewRecord, 'key' | 'value' | 'headers'>[]): Buffer {
  let at = 0;
  for (let i = 0; i < records.length; i++) {
    const { key, value, headers } = records[i]!;
    const facts = headerBytes(headers);
    const end = at + MAX_NUMBERS_SIZE + maxTextSize(key) + maxTextSize(value) + facts.length;
    if (end > scratch.length) {
      const larger = Buffer.allocUnsafeSlow(2 * end);
      scratch.copy(larger, 0, 0, at);
      scratch = larger;
    }
    at = putRecord(scratch, i, key, value, facts, at);
  }
  return Buffer.from(scratch.subarray(0, at));
}

export interface BatchContent {
  /** The records section, compressed with `compression`. */
  readonly records: Buffer;
  readonly count: number;
  /** Codec code, see compression.ts. */
  readonly compression: number;
  /** Time of every record, epoch milliseconds. */
  readonly timestamp: number;
  readonly transactional: boolean;
  /** -1, with epoch and sequence -1, if not idempotent. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Sequence number of the first record, per producer and partition. */
  readonly firstSequence: number;
}

/** Builds a whole batch. Resend the same bytes on a retry: the broker detects a repeat by its sequence numbers. */
export function sealBatch(sealing: BatchContent): Buffer {
  const { records, count, compression, transactional } = sealing;
  const batch = Buffer.allocUnsafe(HEAD + records.length);
  const timestamp = BigInt(sealing.timestamp);
  batch.fill(0, 0, 8);
  batch.writeInt32BE(batch.length - BEFORE_LENGTH, 8);
  batch.writeInt32BE(-1, 12);
  batch.writeInt8(MAGIC, 16);
  batch.writeInt16BE(compression | (transactional ? TRANSACTIONAL : 0), CHECKED);
  batch.writeInt32BE(count - 1, 23);
  batch.writeBigInt64BE(timestamp, 27);
  batch.writeBigInt64BE(timestamp, 35);
  batch.writeBigInt64BE(sealing.producerId, 43);
  batch.writeInt16BE(sealing.producerEpoch, 51);
  batch.writeInt32BE(sealing.firstSequence, 53);
  batch.writeInt32BE(count, 57);
  records.copy(batch, HEAD);
  batch.writeUInt32BE(crc32c(batch, CHECKED), 17);
  return batch;
}
