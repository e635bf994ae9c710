import { UserError } from '../../../core/errors.ts';
import type { Restored } from '../../../core/stream/keyed-state.ts';
import type { Commit, GroupSpec } from '../../log.ts';
import { isExpelled, throwIfError } from '../client/kafka-errors.ts';
import { settledEndOffset, startOffset } from '../client/offsets.ts';
import { PartitionReader } from '../client/partition-reader.ts';
import type { Partitioner } from '../client/partitioner.ts';
import { Transactions } from '../client/transactions.ts';
import type { Kafka } from '../kafka.ts';
import { fetchTopicId } from '../topic-admin.ts';
import { offsetFetchRequest } from '../wire/requests/offset-fetch.ts';
import { commitEntries, NO_IDS } from './commit-entries.ts';
import type { GroupMember } from './group-member.ts';

/** Stores a task's commits for itself and for the partition's next owner. */
export interface OffsetStore {
  readonly state: Restored;
  /** The state again, as the last commit left it. */
  reload(): Promise<Restored>;
  commit(commit: Commit): Promise<void>;
  /** Resolves when the last commit is visible to every consumer. */
  waitUntilVisible(): Promise<void>;
  close(): void;
}

/** The compacted topic of a group's state; partition N belongs to task N. */
export const stateTopic = (group: string): string => `${group}.state`;
const STATE_HEADERS = { schema: 'state/1' };

/**
 * Commits outputs, offsets and state in one transaction. The order matters: opening fences the previous owner, then
 * the state is read, then the committed offsets. Read earlier, they could miss its last commit, and records would be
 * processed twice.
 */
export async function openTransactionalStore(
  kafka: Kafka,
  partitions: Partitioner,
  { group }: GroupSpec,
  partition: number,
  ids = NO_IDS,
): Promise<OffsetStore> {
  const transactions = await Transactions.open(kafka, `${group}.${partition}`);
  const topic = stateTopic(group);
  try {
    const state = await readState(kafka, topic, partition, ids.get(topic));
    return {
      state,
      async reload() {
        await transactions.waitUntilVisible();
        return readState(kafka, topic, partition, ids.get(topic));
      },
      async commit({ outputs, offsets, state }) {
        const placed = await partitions.assign(outputs);
        const records = state.map(([key, value]) => ({
          topic,
          partitionKey: key,
          key,
          value,
          headers: STATE_HEADERS,
        }));
        if (records.length > 0) placed.push({ topic, partition, records });
        await transactions.commit({ records: placed, group, offsets, partition, ids });
      },
      waitUntilVisible: () => transactions.waitUntilVisible(),
      close: () => transactions.close(),
    };
  } catch (error) {
    transactions.close();
    throw error;
  }
}

/** Commits offsets only, for sinks whose destination holds the authoritative offset. The coordinator refuses expelled members. */
export function groupOffsetStore(
  member: GroupMember,
  partition: number,
  isOwned: () => boolean,
  ids = NO_IDS,
): OffsetStore {
  return {
    state: new Map(),
    reload: async () => new Map(),
    async commit({ offsets, outputs, state }) {
      if (outputs.length + state.length > 0)
        throw new Error('a positions-only group cannot commit outputs or state');
      try {
        await member.commit(commitEntries(offsets, partition, ids), isOwned);
      } catch (error) {
        if (!isExpelled(error)) throw error;
        throw new UserError(
          'fenced',
          `partition ${partition} of ${member.group} now belongs to another process; its offset was not committed`,
          'Nothing is lost: the new owner resumes from the offset in the destination.',
        );
      }
    },
    waitUntilVisible: async () => {},
    close: () => {},
  };
}

/** The newest committed value of each key. */
export async function readState(
  kafka: Kafka,
  topic: string,
  partition: number,
  topicId?: string,
): Promise<Map<string, string>> {
  const state = new Map<string, string>();
  const id = topicId ?? (await fetchTopicId(kafka, topic));
  const reader = new PartitionReader(kafka, topic, partition, await startOffset(kafka, topic, partition), id);
  try {
    reader.expectEnd(await settledEndOffset(kafka, topic, partition));
    for (let batch = await reader.read(); batch !== undefined; batch = await reader.read())
      for (const { key, value } of batch.records)
        if (value === null) state.delete(key ?? '');
        else state.set(key ?? '', value);
    return state;
  } finally {
    reader.close();
  }
}

/**
 * A group's committed offsets, after any open transaction on them has ended; without one, the first retained offset.
 * Ignores an offset that was committed for a deleted topic of the same name.
 */
export async function committedOffsets(
  kafka: Kafka,
  group: string,
  topics: readonly string[],
  partition: number,
  ids = NO_IDS,
): Promise<Map<string, number>> {
  const { shared } = kafka;
  const request = offsetFetchRequest({
    group,
    topics: topics.map((topic) => ({ topic, partitions: [partition] })),
  });
  const found = await kafka.retry(shared, async () => {
    const answer = await shared.send(await shared.coordinator('group', group), request);
    throwIfError(answer.errorCode);
    for (const { errorCode } of answer.offsets) throwIfError(errorCode);
    return answer.offsets;
  });
  const offsets = new Map<string, number>();
  for (const topic of topics) {
    const committed = found.find((one) => one.topic === topic);
    const recreated =
      committed?.topicId !== undefined && ids.has(topic) && committed.topicId !== ids.get(topic);
    if (recreated && committed.offset !== undefined)
      kafka.context.warn(recreatedWarning(group, topic, partition, committed.offset));
    const offset = recreated ? undefined : committed?.offset;
    offsets.set(topic, offset ?? (await startOffset(kafka, topic, partition)));
  }
  return offsets;
}

const recreatedWarning = (group: string, topic: string, partition: number, offset: number): string =>
  `reading ${topic}/${partition} from its start: the topic was recreated, and offset ${offset} of ${group} belongs to the deleted one`;
