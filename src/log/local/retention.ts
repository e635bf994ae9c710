import type { StoredRecord } from '../../core/stream/record.ts';
import { weightOf } from '../../core/util/runs.ts';
import { DAY, type Millis } from '../../core/util/time.ts';
import { newHead, sparseUpTo } from './partitions.ts';
import { readBatchKeys } from './storage/batch-keys.ts';
import { checkBatch, decodeBatch, encodeBatch, readHead } from './storage/codec.ts';
import { type HeadRow, type LogStore, type TopicRow, transact } from './storage/store.ts';

/** Maximum batches and bytes per transaction: a few milliseconds of the write lock. */
const STEP = 64;
const STEP_BYTES = 8 * 2 ** 20;
/** Keys in memory in one compaction pass; about 100 MB at 60 characters per key. */
const PASS_KEYS = 500_000;
/** Compaction runs when this share of a topic's records is new since the last run (Kafka: 0.5). */
const DIRTY_RATIO = 0.3;
/** A tombstone is kept this long for slow readers (Kafka: delete.retention.ms). */
const TOMBSTONE_MS: Millis = DAY;
/** Small batches are merged up to this many records or bytes. */
const MERGED_RECORDS = 500;
const MERGED_BYTES = 1 << 20;

type TopicPartition = { readonly topic: string; readonly row: TopicRow; readonly partition: number };

function* partitionsOf(store: LogStore): Iterable<TopicPartition> {
  for (const { key: topic, value: row } of [...store.topics.getRange({})])
    for (let partition = 0; partition < row.partitions; partition++) yield { topic, row, partition };
}

/** The next batches of a partition, verified: damage is neither deleted nor rewritten. */
function stepOf(store: LogStore, { topic, row, partition }: TopicPartition, from: number, to: number) {
  const range = { start: [row.id, partition, from], end: [row.id, partition, to], limit: STEP };
  const step: { base: number; value: Buffer }[] = [];
  let bytes = 0;
  for (const {
    key: [, , base],
    value,
  } of store.batches.getRange(range)) {
    checkBatch(topic, partition, base, value);
    step.push({ base, value });
    bytes += value.length;
    if (bytes >= STEP_BYTES) break;
  }
  return step;
}

/** Deletes batches entirely older than the topic's retention. Returns the number of deleted records. */
export async function expire(store: LogStore, now: Millis): Promise<number> {
  let deleted = 0;
  for (const target of partitionsOf(store)) {
    const { retentionMs } = target.row;
    if (retentionMs === undefined) continue;
    for (let more = true; more; ) {
      const removed = await transact(store, () => expireStep(store, target, now - retentionMs));
      deleted += removed.records;
      more = removed.more;
    }
  }
  return deleted;
}

function expireStep(
  store: LogStore,
  target: TopicPartition,
  before: Millis,
): { records: number; more: boolean } {
  const { row, partition } = target;
  const head = store.heads.get([row.id, partition]);
  if (head === undefined) return { records: 0, more: false };
  const step = stepOf(store, target, head.start, head.end);
  const old = step.filter(({ value }) => readHead(value).timestamp < before);
  let records = 0;
  for (const { base, value } of old) {
    store.batches.remove([row.id, partition, base]);
    const { count, span } = readHead(value);
    records += count;
    head.start = Math.max(head.start, base + span);
    head.bytes -= value.length;
  }
  head.records -= records;
  if (old.length > 0) store.heads.put([row.id, partition], head);
  return { records, more: old.length > 0 };
}

/** Keeps only the newest record of each key in compacted topics. Returns the number of deleted records. */
export async function compact(store: LogStore, now: Millis): Promise<number> {
  let deleted = 0;
  for (const target of partitionsOf(store)) {
    const head = store.heads.get([target.row.id, target.partition]);
    if (!target.row.compacted || head === undefined) continue;
    if (head.end - head.cleaned < Math.max(1, head.records * DIRTY_RATIO)) continue;
    deleted += await compactPartition(store, target, head, now);
  }
  return deleted;
}

async function compactPartition(
  store: LogStore,
  target: TopicPartition,
  head: HeadRow,
  now: Millis,
): Promise<number> {
  const newest = new Map<string, number>();
  let upTo = head.cleaned;
  /** Whether anything may have to be deleted: an import of new keys has nothing, and is not searched again. */
  let mayDelete = head.cleaned > head.start;
  while (upTo < head.end && newest.size < PASS_KEYS) {
    const step = stepOf(store, target, upTo, head.end);
    if (step.length === 0) break;
    for (const { base, value } of step) {
      const { keys, hasTombstones, next } = readBatchKeys(target.topic, target.partition, base, value);
      const expected = newest.size + keys.length;
      for (const [key, offset] of keys) newest.set(key, offset);
      mayDelete ||= hasTombstones || newest.size < expected;
      upTo = next;
    }
    await new Promise(setImmediate);
  }
  if (!mayDelete) newest.clear();
  let deleted = 0;
  for (let from = head.start; from < upTo; ) {
    const done = await transact(store, () => compactStep(store, target, newest, from, upTo, now));
    deleted += done.deleted;
    from = done.next;
  }
  await transact(store, () => {
    const key: [number, number] = [target.row.id, target.partition];
    const last = store.heads.get(key) ?? newHead();
    const sparse = sparseUpTo(target.row, last);
    store.heads.put(key, { ...last, cleaned: upTo, sparse: sparse > upTo ? sparse : 0 });
  });
  return deleted;
}

/** Whether compaction keeps a batch unchanged: it is large enough and has nothing to delete. */
function isClean(
  { topic, partition }: TopicPartition,
  newest: ReadonlyMap<string, number>,
  base: number,
  value: Buffer,
): boolean {
  if (readHead(value).count < MERGED_RECORDS && value.length < MERGED_BYTES) return false;
  if (newest.size === 0) return true;
  const { keys, hasTombstones } = readBatchKeys(topic, partition, base, value);
  return !hasTombstones && keys.every(([key, offset]) => (newest.get(key) ?? offset) <= offset);
}

function compactStep(
  store: LogStore,
  target: TopicPartition,
  newest: Map<string, number>,
  from: number,
  upTo: number,
  now: Millis,
) {
  const { row, topic, partition } = target;
  const headKey: [number, number] = [row.id, partition];
  const head = store.heads.get(headKey);
  // Retention may have deleted more since the last step.
  const first = Math.max(from, head?.start ?? 0);
  const step = stepOf(store, target, first, upTo);
  if (head === undefined || step.length === 0) return { deleted: 0, next: upTo };
  let deleted = 0;
  let next = first;
  let base = first;
  let kept: StoredRecord[] = [];
  let keptBytes = 0;
  let timestamp = 0;
  /** A batch's span also covers removed records around its own, so that a gap is not mistaken for damage. */
  const flush = () => {
    if (next === base) return;
    const deltas = kept.map(({ offset }) => offset - base);
    const data = encodeBatch(kept, timestamp, deltas, next - base);
    store.batches.put([row.id, partition, base], data);
    head.bytes += data.length;
    base = next;
    kept = [];
    keptBytes = 0;
    timestamp = 0;
  };
  for (const { base: at, value } of step) {
    if (at === next && isClean(target, newest, at, value)) {
      flush();
      base = next = at + readHead(value).span;
      continue;
    }
    const batch = decodeBatch(topic, partition, at, value);
    store.batches.remove([row.id, partition, at]);
    head.bytes -= value.length;
    const written = readHead(value).timestamp;
    for (const record of batch.records) {
      const superseded = record.key !== null && (newest.get(record.key) ?? record.offset) > record.offset;
      const forgotten = record.value === null && written < now - TOMBSTONE_MS;
      if (superseded || forgotten) deleted += 1;
      else {
        kept.push(record);
        keptBytes += weightOf(record);
      }
    }
    timestamp = Math.max(timestamp, written);
    next = batch.next;
    if (kept.length >= MERGED_RECORDS || keptBytes >= MERGED_BYTES) flush();
  }
  flush();
  head.records -= deleted;
  store.heads.put(headKey, head);
  return { deleted, next };
}
