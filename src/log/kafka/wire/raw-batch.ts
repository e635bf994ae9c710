import { UserError } from '../../../core/errors.ts';
import { howToSkip } from '../../log.ts';
import { crc32c } from './crc32c.ts';

/*
 * A batch of magic 2 (Kafka's documentation, "Record Batch"), big-endian:
 *
 *   0 i64 base offset | 8 i32 length of all that follows | 12 i32 leader epoch | 16 i8 magic | 17 u32 CRC-32C of all that
 *   follows | 21 i16 attributes | 23 i32 last offset - base | 27 i64 base timestamp | 35 i64 largest timestamp
 *   43 i64 producer id | 51 i16 producer epoch | 53 i32 first sequence number | 57 i32 record count | 61 records
 */
export const HEAD = 61;
/** Bytes before those that the length counts. */
export const BEFORE_LENGTH = 12;
export const MAGIC = 2;
/** Where the bytes begin that the checksum is over. */
export const CHECKED = 21;
const CODEC = 0x07;
const LOG_APPEND_TIME = 0x08;
export const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** A batch as the broker keeps it, its records not decoded and perhaps compressed. Times are epoch milliseconds. */
export interface RawBatch {
  readonly baseOffset: number;
  /** The offset after the last one, also when compaction has removed its record. */
  readonly nextOffset: number;
  /** What the records' times count from. */
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  /** The broker's clock gave the time, one for all records: `maxTimestamp`. */
  readonly logAppendTime: boolean;
  /** See compression.ts. */
  readonly compression: number;
  readonly transactional: boolean;
  /** Holds the end of a transaction in place of records. */
  readonly control: boolean;
  /** -1: none. */
  readonly producerId: bigint;
  readonly count: number;
  /** The records section; shares memory with what was split. */
  readonly payload: Buffer;
}

const DISKS = 'Check the disks of the brokers that hold the partition.';

/** A record batch whose bytes are not as they were written. `last`: the last offset that its head claims. */
export class DamagedBatch extends UserError {
  constructor(
    readonly baseOffset: number,
    readonly how: string,
    readonly last: number | undefined,
  ) {
    super('failed', `the record batch at offset ${baseOffset} is damaged: ${how}`, DISKS);
  }

  /** The same with its place. */
  at(topic: string, partition: number): UserError {
    const { baseOffset, how, last } = this;
    const skip = last === undefined ? '' : ` ${howToSkip(topic, partition, baseOffset, last)}`;
    return new UserError(
      'damaged',
      `the record batch at offset ${baseOffset} of ${topic}/${partition} is damaged: ${how}`,
      DISKS + skip,
    );
  }
}

const oldFormat = (baseOffset: number, magic: number): UserError =>
  new UserError(
    'failed',
    `the records at offset ${baseOffset} are in Kafka's message format ${magic}, of before 2017; only format 2 is read`,
    'Copy them to a new topic with a current client, or read on behind them (topics reset --from).',
  );

/** The last offset of a batch as its head says; undefined where that cannot be. */
function lastOffset(set: Buffer, at: number): number | undefined {
  const delta = set.readInt32BE(at + 23);
  return delta >= 0 ? Number(set.readBigInt64BE(at)) + delta : undefined;
}

function rawBatch(set: Buffer, at: number, end: number): RawBatch {
  const baseOffset = Number(set.readBigInt64BE(at));
  const magic = set[at + 16]!;
  if (magic !== MAGIC) throw oldFormat(baseOffset, magic);
  if (end - at < HEAD) throw new DamagedBatch(baseOffset, `it has ${end - at} bytes`, undefined);
  if (set.readUInt32BE(at + 17) !== crc32c(set, at + CHECKED, end))
    throw new DamagedBatch(baseOffset, 'its checksum is wrong', lastOffset(set, at));
  const attributes = set.readInt16BE(at + CHECKED);
  return {
    baseOffset,
    nextOffset: baseOffset + set.readInt32BE(at + 23) + 1,
    firstTimestamp: Number(set.readBigInt64BE(at + 27)),
    maxTimestamp: Number(set.readBigInt64BE(at + 35)),
    logAppendTime: (attributes & LOG_APPEND_TIME) !== 0,
    compression: attributes & CODEC,
    transactional: (attributes & TRANSACTIONAL) !== 0,
    control: (attributes & CONTROL) !== 0,
    producerId: set.readBigInt64BE(at + 43),
    count: set.readInt32BE(at + 57),
    payload: set.subarray(at + HEAD, end),
  };
}

/**
 * The batches of a fetched record set, the partial one at its end left out. Throws Problem `failed` for another format
 * and for a wrong checksum of the first batch; a damaged batch after it ends the set.
 */
export function rawBatches(set: Buffer): RawBatch[] {
  const batches: RawBatch[] = [];
  for (let at = 0; at + BEFORE_LENGTH + 5 <= set.length; ) {
    const end = at + BEFORE_LENGTH + set.readInt32BE(at + 8);
    if (end > set.length) break;
    try {
      batches.push(rawBatch(set, at, end));
    } catch (error) {
      if (error instanceof DamagedBatch && batches.length > 0) break;
      throw error;
    }
    at = end;
  }
  return batches;
}
