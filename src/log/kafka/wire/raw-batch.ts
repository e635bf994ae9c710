import { UserError } from '../../../core/errors.ts';
import { skipRecordsHint } from '../../log.ts';
import { crc32c } from './crc32c.ts';

/*
 * A batch of magic 2 (Kafka's documentation, "Record Batch"), big-endian:
 *
 *   0 i64 base offset | 8 i32 length of all that follows | 12 i32 leader epoch | 16 i8 magic | 17 u32 CRC-32C of all that
 *   follows | 21 i16 attributes | 23 i32 last offset - base | 27 i64 base timestamp | 35 i64 largest timestamp
 *   43 i64 producer id | 51 i16 producer epoch | 53 i32 first sequence number | 57 i32 record count | 61 records
 */
export const HEAD = 61;
/** Bytes before the part that the length field counts. */
export const BEFORE_LENGTH = 12;
export const MAGIC = 2;
/** Start of the checksummed bytes. */
export const CHECKED = 21;
const CODEC = 0x07;
const LOG_APPEND_TIME = 0x08;
export const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** A batch with its records section still encoded and possibly compressed. Times are epoch milliseconds. */
export interface RawBatch {
  readonly baseOffset: number;
  /** The offset after the last one, even if compaction removed its record. */
  readonly nextOffset: number;
  /** Base of the records' timestamp deltas. */
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  /** True if the broker set one time for all records: `maxTimestamp`. */
  readonly logAppendTime: boolean;
  /** See compression.ts. */
  readonly compression: number;
  readonly transactional: boolean;
  /** True for a transaction marker, which has no records. */
  readonly control: boolean;
  /** -1 if none. */
  readonly producerId: bigint;
  readonly count: number;
  /** The records section; a view of the fetched bytes. */
  readonly payload: Buffer;
}

const DISKS = 'Check the disks of the brokers that hold the partition.';

/** A record batch with changed bytes. `last`: the last offset that its header claims. */
export class DamagedBatch extends UserError {
  constructor(
    readonly baseOffset: number,
    readonly how: string,
    readonly last: number | undefined,
  ) {
    super('failed', `the record batch at offset ${baseOffset} is damaged: ${how}`, DISKS);
  }

  /** The same error with topic and partition. */
  at(topic: string, partition: number): UserError {
    const { baseOffset, how, last } = this;
    const skip = last === undefined ? '' : ` ${skipRecordsHint(topic, partition, baseOffset, last)}`;
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
    `the records at offset ${baseOffset} use Kafka's message format ${magic} from before 2017; only format 2 is supported`,
    'Copy them to a new topic with a current client, or skip them (topics reset --from).',
  );

/** The last offset of a batch by its header; undefined if that is impossible. */
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
 * Splits a fetched record set into batches; drops a partial one at the end. A damaged batch after the first ends the
 * set. Throws UserError `failed` for another format, and DamagedBatch for a damaged first batch.
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
