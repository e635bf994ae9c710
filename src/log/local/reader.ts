import type { Batch, EncodedBatch } from '../../core/stream/record.ts';
import { lowerBound } from '../../core/util/binary-search.ts';
import type { Millis } from '../../core/util/time.ts';
import { sparseUpTo } from './partitions.ts';
import { copyBatch } from './storage/batch-copy.ts';
import { checkBatch, decodeBatch, readHead } from './storage/codec.ts';
import { DamagedRecords } from './storage/damage.ts';
import type { HeadRow, LogStore } from './storage/store.ts';

export interface Read<B> {
  readonly batches: readonly B[];
  /** The offset to continue at, past gaps left by compaction or retention. */
  readonly next: number;
  /** The first offset kept by retention, if it is past the requested one. */
  readonly overtaken?: number | undefined;
}

/** A batch that was read; undefined without a record at or after `from`. */
type Take<B> = (topic: string, partition: number, base: number, value: Buffer, from: number) => B | undefined;

/**
 * Batches of a partition from an offset, about `maxBytes`. Batches cover a partition without gaps, so a missing one is
 * detected. Ends before a damaged batch; throws UserError `damaged` if that is the first one. `asBytes`: as for `Task.read`.
 */
export const readBatches = (
  store: LogStore,
  topic: string,
  partition: number,
  from: number,
  maxBytes: number,
  asBytes = false,
): Read<Batch> => {
  const take: Take<Batch> = (...stored) => {
    const batch = decodeBatch(...stored, asBytes);
    return batch.records.length > 0 ? batch : undefined;
  };
  return readWith(take, store, topic, partition, from, maxBytes);
};

/** Like `readBatches`, for another thread to decode. */
export const readEncoded = (
  store: LogStore,
  topic: string,
  partition: number,
  from: number,
  maxBytes: number,
): Read<EncodedBatch> => readWith(copyBatch, store, topic, partition, from, maxBytes);

function readWith<B>(
  take: Take<B>,
  store: LogStore,
  topic: string,
  partition: number,
  from: number,
  maxBytes: number,
): Read<B> {
  const row = store.topics.get(topic);
  const head = row && store.heads.get([row.id, partition]);
  if (row === undefined || head === undefined || from >= head.end) return { batches: [], next: from };
  const sparse = sparseUpTo(row, head);
  /** Missing records are damage, except for gaps left by older versions' compaction. */
  const skip = (at: number, to: number): void => {
    if (to > at && to > sparse)
      throw new DamagedRecords(topic, partition, at, `records up to offset ${to - 1} are missing`, to - 1);
  };
  const batches: B[] = [];
  let next = Math.max(from, head.start);
  let bytes = 0;
  const overtaken = head.start > from ? head.start : undefined;
  try {
    for (const { key, value } of store.batches.getRange({
      start: [row.id, partition, baseBefore(store, row.id, partition, next)],
      end: [row.id, partition, head.end],
    })) {
      const base = key[2];
      const batch = take(topic, partition, base, value, next);
      const after = base + readHead(value).span;
      if (after <= next) continue;
      skip(next, base);
      next = after;
      if (batch !== undefined) batches.push(batch);
      bytes += value.length;
      if (bytes >= maxBytes) break;
    }
    if (bytes < maxBytes) skip(next, head.end);
  } catch (error) {
    if (!(error instanceof DamagedRecords)) throw error;
    if (batches.length > 0) return { batches, next, overtaken };
    const { offset, why } = error;
    throw new DamagedRecords(
      topic,
      partition,
      offset,
      why,
      baseAfter(store, row.id, partition, next, head) - 1,
    );
  }
  return { batches, next: bytes < maxBytes ? head.end : next, overtaken };
}

/** Base offset of the batch that contains `offset`, or `offset` itself if there is none. */
function baseBefore(store: LogStore, id: number, partition: number, offset: number): number {
  const range = { start: [id, partition, offset], end: [id, partition], reverse: true, limit: 1 };
  for (const key of store.batches.getKeys(range)) return key[2];
  return offset;
}

/** Base offset of the first batch after the one that contains `offset`; the end if there is none. */
function baseAfter(store: LogStore, id: number, partition: number, offset: number, { end }: HeadRow): number {
  for (const key of store.batches.getKeys({
    start: [id, partition, offset + 1],
    end: [id, partition, end],
    limit: 1,
  }))
    return key[2];
  return end;
}

const headOf = (store: LogStore, topic: string, partition: number): HeadRow | undefined => {
  const row = store.topics.get(topic);
  return row && store.heads.get([row.id, partition]);
};

/** The first offset kept of a partition; 0 for a missing topic. */
export const startOf = (store: LogStore, topic: string, partition: number): number =>
  headOf(store, topic, partition)?.start ?? 0;

/** The end offset of a partition; 0 for a missing topic. */
export const endOf = (store: LogStore, topic: string, partition: number): number =>
  headOf(store, topic, partition)?.end ?? 0;

/**
 * The first offset appended at `time` or later; the end if there is none; 0 for a missing topic. Batches are in the order
 * of their append times, so a binary search finds it.
 */
export function offsetAt(store: LogStore, topic: string, partition: number, time: Millis): number {
  const row = store.topics.get(topic);
  const head = row && store.heads.get([row.id, partition]);
  if (row === undefined || head === undefined) return 0;
  const reached = (offset: number): boolean => {
    const base = baseBefore(store, row.id, partition, offset);
    const batch = store.batches.get([row.id, partition, base]);
    if (batch === undefined) return false;
    checkBatch(topic, partition, base, batch);
    return readHead(batch).timestamp >= time;
  };
  return lowerBound(head.start, head.end, reached);
}
