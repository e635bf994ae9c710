import type { NewRecord } from '../../../core/stream/record.ts';
import { crc32c } from './crc32c.ts';
import { headerBytes } from './headers.ts';
import { BEFORE_LENGTH, CHECKED, HEAD, MAGIC, TRANSACTIONAL } from './raw-batch.ts';
import { MOST_OF_NUMBERS, mostOfText, putRecord } from './record-writer.ts';

/** Grows with the largest batch. */
let scratch = Buffer.allocUnsafeSlow(1 << 16);

/**
 * The records section of a batch, not compressed. All records have the batch's time, and the offsets 0, 1, 2 ... in it;
 * texts are UTF-8, null is no key, or no value: a tombstone.
 */
export function encodeRecords(records: readonly Pick<NewRecord, 'key' | 'value' | 'headers'>[]): Buffer {
  let at = 0;
  for (let i = 0; i < records.length; i++) {
    const { key, value, headers } = records[i]!;
    const facts = headerBytes(headers);
    const end = at + MOST_OF_NUMBERS + mostOfText(key) + mostOfText(value) + facts.length;
    if (end > scratch.length) {
      const larger = Buffer.allocUnsafeSlow(2 * end);
      scratch.copy(larger, 0, 0, at);
      scratch = larger;
    }
    at = putRecord(scratch, i, key, value, facts, at);
  }
  return Buffer.from(scratch.subarray(0, at));
}

export interface Sealing {
  /** The records section, compressed as `compression` says. */
  readonly records: Buffer;
  readonly count: number;
  /** Code of a codec, see compression.ts. */
  readonly compression: number;
  /** Epoch milliseconds, of every record. */
  readonly timestamp: number;
  readonly transactional: boolean;
  /** -1 with epoch and sequence -1: not idempotent. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Number of the first record among the producer's records for this partition. */
  readonly firstSequence: number;
}

/** A whole batch. To send it again, send these bytes: the broker knows a repeat by its numbers. */
export function sealBatch(sealing: Sealing): Buffer {
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
