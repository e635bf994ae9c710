import type { Batch, StoredRecord } from '../../../core/stream/record.ts';
import type { Log, PartitionInfo, TopicDetails } from '../../../log/log.ts';
import { offsetOf, type PartitionPosition, type Position } from './from.ts';

/** A record with its topic and partition. */
export interface LocatedRecord extends StoredRecord {
  readonly topic: string;
  readonly partition: number;
}

/** Records of one partition, from `from` to its end at the time of `info`. */
async function* partitionRecords(
  log: Log,
  topic: string,
  info: PartitionInfo,
  from: PartitionPosition,
): AsyncGenerator<LocatedRecord> {
  const { partition, end } = info;
  const first = await offsetOf(log, topic, info, from);
  if (first >= end) return;
  for await (const { records } of log.read(topic, partition, first))
    for (const record of records) {
      if (record.offset >= end) return;
      yield { topic, partition, ...record };
    }
}

/** Which records of a topic `newestByKey` reads. */
export interface NewestFilter {
  /** At most so many offsets of each partition, the newest; default: all. */
  readonly most?: number;
  /** Default: every key. */
  readonly hasKey?: (key: string | null) => boolean;
}

/**
 * Calls `read` with the newest value of each key, null for a tombstone, and returns the results, oldest record first. The
 * newest record is the one with the highest offset, as a key stays in its partition. Ends where the topic ended when
 * `topic` was read.
 */
export async function newestByKey<T>(
  log: Log,
  { name, partitionInfos }: TopicDetails,
  read: (value: string) => T,
  { most = Number.POSITIVE_INFINITY, hasKey = () => true }: NewestFilter = {},
): Promise<ReadonlyMap<string | null, T | null>> {
  const newest = new Map<string | null, T | null>();
  for (const { partition, start, end } of partitionInfos) {
    const first = Math.max(start, end - most);
    if (first >= end) continue;
    for await (const { records, next } of log.read(name, partition, first)) {
      for (const { key, value, offset } of records) {
        if (offset >= end || !hasKey(key)) continue;
        newest.delete(key);
        newest.set(key, value === null ? null : read(value));
      }
      if (next >= end) break;
    }
  }
  return newest;
}

/** The position of a record, without the record. */
type RecordPosition = Pick<LocatedRecord, 'partition' | 'offset' | 'timestamp'>;

/** Positions of the last `count` records of a partition. Searches backwards, because compaction leaves gaps. */
async function lastOfPartition(
  log: Log,
  topic: string,
  info: PartitionInfo,
  count: number,
): Promise<RecordPosition[]> {
  for (let span = count; ; span *= 4) {
    const offset = Math.max(info.start, info.end - span);
    const found: RecordPosition[] = [];
    for await (const record of partitionRecords(log, topic, info, { at: 'offset', offset })) {
      found.push({ partition: record.partition, offset: record.offset, timestamp: record.timestamp });
      if (found.length > count) found.shift();
    }
    if (found.length >= count || offset === info.start) return found;
  }
}

const byTime = (a: RecordPosition, b: RecordPosition): number =>
  a.timestamp - b.timestamp || a.partition - b.partition || a.offset - b.offset;

/** Merges partitions into one stream by append time; each partition is already in that order. */
async function* mergeByTime(
  streams: readonly AsyncGenerator<LocatedRecord>[],
): AsyncGenerator<LocatedRecord> {
  const heads: { readonly stream: AsyncGenerator<LocatedRecord>; head: LocatedRecord }[] = [];
  const first = await Promise.all(streams.map((stream) => stream.next()));
  for (const [at, { value, done }] of first.entries())
    if (!done) heads.push({ stream: streams[at]!, head: value });
  try {
    while (heads.length > 0) {
      const least = heads.reduce((a, b) => (byTime(b.head, a.head) < 0 ? b : a));
      yield least.head;
      const { value, done } = await least.stream.next();
      if (done) heads.splice(heads.indexOf(least), 1);
      else least.head = value;
    }
  } finally {
    await Promise.all(heads.map(({ stream }) => stream.return(undefined)));
  }
}

/** The current records of a topic from a position on, by append time. */
export async function* storedRecords(
  log: Log,
  topic: TopicDetails,
  from: Position,
): AsyncGenerator<LocatedRecord> {
  const { name, partitionInfos } = topic;
  if (from.at !== 'last')
    return yield* mergeByTime(partitionInfos.map((info) => partitionRecords(log, name, info, from)));
  if (from.count === 0) return;
  const lasts = await Promise.all(partitionInfos.map((info) => lastOfPartition(log, name, info, from.count)));
  // Read the records again, one by one: together they may not fit in memory.
  const chosen = lasts.flat().sort(byTime).slice(-from.count);
  const streams = partitionInfos.flatMap((info) => {
    const own = chosen.filter(({ partition }) => partition === info.partition);
    if (own.length === 0) return [];
    const offset = own.reduce((least, { offset }) => Math.min(least, offset), info.end);
    return [partitionRecords(log, name, info, { at: 'offset', offset })];
  });
  const selected = new Set(chosen.map(({ partition, offset }) => `${partition}/${offset}`));
  for await (const record of mergeByTime(streams))
    if (selected.has(`${record.partition}/${record.offset}`)) yield record;
}

/** New records from the current end on, until the signal aborts. Buffers at most one batch per partition. */
export async function* newRecords(
  log: Log,
  topic: TopicDetails,
  signal: AbortSignal,
): AsyncGenerator<LocatedRecord> {
  const left = new AbortController();
  const until = AbortSignal.any([signal, left.signal]);
  const next = (partition: number, batches: AsyncIterator<Batch>) =>
    batches.next().then((result) => ({ partition, batches, result }));
  const pending = new Map(
    topic.partitionInfos.map(({ partition, end }) => [
      partition,
      next(partition, log.read(topic.name, partition, end, until)[Symbol.asyncIterator]()),
    ]),
  );
  try {
    while (pending.size > 0) {
      const { partition, batches, result } = await Promise.race(pending.values());
      pending.delete(partition);
      if (result.done) continue;
      for (const record of result.value.records) yield { topic: topic.name, partition, ...record };
      pending.set(partition, next(partition, batches));
    }
  } finally {
    left.abort();
    await Promise.allSettled(pending.values());
  }
}
