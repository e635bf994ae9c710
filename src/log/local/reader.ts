import type { Batch } from '../../core/stream/record.ts';
import { lowerBound } from '../../core/util/binary-search.ts';
import type { Millis } from '../../core/util/time.ts';
import { sparseUpTo } from './partitions.ts';
import { checkBatch, decodeBatch, readHead } from './storage/codec.ts';
import { DamagedRecords } from './storage/damage.ts';
import type { HeadRow, Store } from './storage/store.ts';

export interface Read {
  readonly batches: readonly Batch[];
  /** Where reading goes on; past holes that compaction or retention left. */
  readonly next: number;
  /** First offset that retention has left, when it is past the one asked for. */
  readonly overtaken?: number | undefined;
}

/**
 * Batches of a partition from an offset on, about `maxBytes` of them. Batches cover a partition without a gap, so that
 * a missing one is seen. Ends before a damaged batch; throws UserError `damaged` when that is the first one.
 */
export function readBatches(
  store: Store,
  topic: string,
  partition: number,
  from: number,
  maxBytes: number,
): Read {
  const row = store.topics.get(topic);
  const head = row && store.heads.get([row.id, partition]);
  if (row === undefined || head === undefined || from >= head.end) return { batches: [], next: from };
  const sparse = sparseUpTo(row, head);
  /** What is missing is damage, but for the holes of an older cryptopipe's compaction. */
  const skip = (at: number, to: number): void => {
    if (to > at && to > sparse)
      throw new DamagedRecords(topic, partition, at, `records up to offset ${to - 1} are missing`, to - 1);
  };
  const batches: Batch[] = [];
  let next = Math.max(from, head.start);
  let bytes = 0;
  const overtaken = head.start > from ? head.start : undefined;
  try {
    for (const { key, value } of store.batches.getRange({
      start: [row.id, partition, baseBefore(store, row.id, partition, next)],
      end: [row.id, partition, head.end],
    })) {
      const base = key[2];
      const batch = decodeBatch(topic, partition, base, value, next);
      if (batch.next <= next) continue;
      skip(next, base);
      next = batch.next;
      if (batch.records.length > 0) batches.push(batch);
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

/** Base offset of the batch that holds `offset`, or `offset` itself where none does. */
function baseBefore(store: Store, id: number, partition: number, offset: number): number {
  const range = { start: [id, partition, offset], end: [id, partition], reverse: true, limit: 1 };
  for (const key of store.batches.getKeys(range)) return key[2];
  return offset;
}

/** Base offset of the first batch after the one that holds `offset`; the end where there is none. */
function baseAfter(store: Store, id: number, partition: number, offset: number, { end }: HeadRow): number {
  for (const key of store.batches.getKeys({
    start: [id, partition, offset + 1],
    end: [id, partition, end],
    limit: 1,
  }))
    return key[2];
  return end;
}

const headOf = (store: Store, topic: string, partition: number): HeadRow | undefined => {
  const row = store.topics.get(topic);
  return row && store.heads.get([row.id, partition]);
};

/** The first offset kept of a partition; 0 for a topic that is not there. */
export const startOf = (store: Store, topic: string, partition: number): number =>
  headOf(store, topic, partition)?.start ?? 0;

/** The end offset of a partition; 0 for a topic that is not there. */
export const endOf = (store: Store, topic: string, partition: number): number =>
  headOf(store, topic, partition)?.end ?? 0;

/**
 * The first offset appended at `time` or later; the end when there is none. Batches stand in the order of their append
 * times, so halving finds it. 0 for a topic that is not there.
 */
export function offsetAt(store: Store, topic: string, partition: number, time: Millis): number {
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
