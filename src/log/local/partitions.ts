import { randomUUID } from 'node:crypto';
import type { NewRecord } from '../../core/stream/record.ts';
import { partitionOf } from '../../core/util/hash.ts';
import { runsOf } from '../../core/util/runs.ts';
import type { Millis } from '../../core/util/time.ts';
import { topicDefaults } from '../../market/catalog/topics.ts';
import type { TopicSettings } from '../log.ts';
import { encodeBatch, stampBatch } from './storage/codec.ts';
import type { HeadRow, LogStore, TopicRow } from './storage/store.ts';

/** Maximum records and bytes of one value of table `batches`, so that a reader can read in small steps. */
const BATCH_RECORDS = 1000;
const BATCH_BYTES = 1 << 20;

export const newHead = (): HeadRow => ({
  start: 0,
  end: 0,
  records: 0,
  bytes: 0,
  lastTime: 0,
  cleaned: 0,
  sparse: 0,
});

/** Below this offset there may be holes left by older versions, whose compaction did not record what it removed. */
export const sparseUpTo = ({ compacted }: TopicRow, { sparse, cleaned, end }: HeadRow): number =>
  sparse ?? (compacted || cleaned > 0 ? end : 0);

/** Call it inside a transaction. */
export function putTopic(store: LogStore, name: string, settings: TopicSettings): TopicRow {
  const id = ((store.meta.get('next-topic') as number | undefined) ?? 0) + 1;
  const { partitions, retentionMs, compacted } = settings;
  const row: TopicRow = {
    id,
    identity: randomUUID(),
    partitions,
    compacted,
    ...(retentionMs === undefined ? {} : { retentionMs }),
  };
  store.meta.put('next-topic', id);
  store.topics.put(name, row);
  for (let partition = 0; partition < partitions; partition++) store.heads.put([id, partition], newHead());
  return row;
}

/** Encoded batches of one topic, prepared before the transaction to keep its lock short. */
interface Prepared {
  readonly topic: string;
  /** The partition count used to distribute the records. */
  readonly partitions: number;
  readonly batches: readonly { partition: number; count: number; data: Buffer }[];
}

export function prepare(store: LogStore, records: readonly NewRecord[], now: Millis): Prepared[] {
  const topics = new Map<string, { partitions: number; slots: NewRecord[][] }>();
  /** The record before, and its slot: nearly always the next one goes there, too. */
  let last: NewRecord | undefined;
  let lastSlot: NewRecord[] = [];
  for (const record of records) {
    if (
      record.partitionKey !== null &&
      record.partitionKey === last?.partitionKey &&
      record.topic === last.topic
    ) {
      lastSlot.push(record);
      continue;
    }
    let topic = topics.get(record.topic);
    if (topic === undefined) {
      const partitions = (store.topics.get(record.topic) ?? topicDefaults(record.topic)).partitions;
      topic = { partitions, slots: Array.from({ length: partitions }, () => []) };
      topics.set(record.topic, topic);
    }
    if (record.partitionKey === null) for (const slot of topic.slots) slot.push(record);
    else {
      last = record;
      lastSlot = topic.slots[partitionOf(record.partitionKey, topic.partitions)]!;
      lastSlot.push(record);
    }
  }
  return [...topics].map(([name, { partitions, slots }]) => ({
    topic: name,
    partitions,
    batches: slots.flatMap((slot, partition) =>
      Array.from(runsOf(slot, BATCH_RECORDS, BATCH_BYTES), (part) => ({
        partition,
        count: part.length,
        data: encodeBatch(part, now),
      })),
    ),
  }));
}

/** False if a topic was recreated with other partitions since `prepare`; prepare again. Call it inside a transaction, before any write. */
export function stillFits(store: LogStore, prepared: readonly Prepared[]): boolean {
  return prepared.every(
    ({ topic, partitions }) => (store.topics.get(topic)?.partitions ?? partitions) === partitions,
  );
}

/** Call it inside a transaction. Append times of a partition never go back, even if the wall clock does. */
export function putBatches(store: LogStore, prepared: readonly Prepared[], now: Millis): void {
  for (const { topic, batches } of prepared) {
    const row = store.topics.get(topic) ?? putTopic(store, topic, { ...topicDefaults(topic) });
    const { id } = row;
    const heads = new Map<number, HeadRow>();
    for (const { partition, count, data } of batches) {
      const head = heads.get(partition) ?? store.heads.get([id, partition]) ?? newHead();
      heads.set(partition, head);
      head.sparse = sparseUpTo(row, head);
      if (head.lastTime > now) stampBatch(data, head.lastTime);
      store.batches.put([id, partition, head.end], data);
      head.end += count;
      head.records += count;
      head.bytes += data.length;
      head.lastTime = Math.max(head.lastTime, now);
    }
    for (const [partition, head] of heads) store.heads.put([id, partition], head);
  }
}
