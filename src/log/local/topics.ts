import { randomUUID } from 'node:crypto';
import type { Key } from 'lmdb';
import type { PartitionInfo, TopicDetails, TopicInfo } from '../log.ts';
import { newHead } from './partitions.ts';
import { rowOf } from './settings.ts';
import { checkBatch, readHead } from './storage/codec.ts';
import type { LmdbTable } from './storage/rows.ts';
import { type LogStore, type TopicRow, transact } from './storage/store.ts';

/** Batches removed by one transaction. */
const STEP = 500;

export function topicInfo(name: string, row: TopicRow): TopicInfo {
  return { name, partitions: row.partitions, retentionMs: row.retentionMs, compacted: row.compacted };
}

function partitionInfo(store: LogStore, topic: string, { id }: TopicRow, partition: number): PartitionInfo {
  const { start, end, records, bytes, lastTime } = store.heads.get([id, partition]) ?? newHead();
  const [first] = store.batches.getRange({
    start: [id, partition, start],
    end: [id, partition, end],
    limit: 1,
  });
  if (first !== undefined) checkBatch(topic, partition, first.key[2], first.value);
  return {
    partition,
    start,
    end,
    records,
    bytes,
    firstTime: first && records > 0 ? readHead(first.value).timestamp : undefined,
    lastTime: records > 0 ? lastTime : undefined,
  };
}

export function describeTopic(store: LogStore, name: string): TopicDetails | undefined {
  const row = store.topics.get(name);
  if (row === undefined) return undefined;
  const groups = new Map<string, (number | undefined)[]>();
  const range = { start: [row.id], end: [row.id + 1] };
  for (const { key, value } of store.offsets.getRange(range)) {
    const [, group, partition] = key;
    const offsets = groups.get(group) ?? new Array<number | undefined>(row.partitions).fill(undefined);
    offsets[partition] = value;
    groups.set(group, offsets);
  }
  const partitionInfos = Array.from({ length: row.partitions }, (_, partition) =>
    partitionInfo(store, name, row, partition),
  );
  return { ...topicInfo(name, row), partitionInfos, groups: async () => groups };
}

/** A topic's identity; assigns one to a topic made by an older version. Throws UserError `usage` if there is no such topic. */
export function identityOf(store: LogStore, name: string): Promise<string> {
  return transact(store, () => {
    const row = rowOf(store, name);
    if (row.identity !== undefined) return row.identity;
    const identity = randomUUID();
    store.topics.put(name, { ...row, identity });
    return identity;
  });
}

/** Removes all rows of a topic id in small steps; heads last, since `sweep` finds an interrupted removal by them. */
async function removeRows(store: LogStore, id: number): Promise<void> {
  for (const table of [store.batches, store.offsets, store.heads] as unknown as LmdbTable<unknown, Key>[]) {
    const range = { start: [id], end: [id + 1], limit: STEP };
    for (let left = true; left; )
      left = await transact(store, () => {
        const keys = [...table.getKeys(range)];
        for (const key of keys) table.remove(key);
        return keys.length === STEP;
      });
  }
}

/** False if there is no such topic. The name can be used again at once. */
export async function deleteTopic(store: LogStore, name: string): Promise<boolean> {
  const row = await transact(store, () => {
    const found = store.topics.get(name);
    if (found !== undefined) store.topics.remove(name);
    return found;
  });
  if (row === undefined) return false;
  await removeRows(store, row.id);
  return true;
}

/** Completes removals that a killed process began. */
export async function sweep(store: LogStore): Promise<void> {
  // Heads first: a topic created between the two reads is then in the second one.
  const ids = new Set([...store.heads.getKeys({})].map(([id]) => id));
  const named = new Set([...store.topics.getRange({})].map(({ value }) => value.id));
  for (const id of ids) if (!named.has(id)) await removeRows(store, id);
}
