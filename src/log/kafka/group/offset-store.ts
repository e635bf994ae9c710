import { UserError } from '../../../core/errors.ts';
import type { Restored } from '../../../core/stream/keyed-state.ts';
import type { Commit, GroupSpec } from '../../log.ts';
import { check, isOutOfGroup } from '../client/errors.ts';
import { settledEnd, startOf } from '../client/offsets.ts';
import { PartitionReader } from '../client/partition-reader.ts';
import type { Partitions } from '../client/partitions.ts';
import { Transactions } from '../client/transactions.ts';
import type { Kafka } from '../kafka.ts';
import { identityOf } from '../topics.ts';
import { offsetFetchRequest } from '../wire/requests/offset-fetch.ts';
import type { GroupMember } from './group-member.ts';
import { NO_IDS, positionsOf } from './positions.ts';

/** Where a task's commits go, and where the next owner finds them. */
export interface OffsetStore {
  readonly state: Restored;
  /** The state again, as the last commit left it. */
  reload(): Promise<Restored>;
  commit(commit: Commit): Promise<void>;
  /** Resolves when what was committed last is visible to every reader. */
  settle(): Promise<void>;
  close(): void;
}

/** The compacted topic of a group's state; partition N is task N's. */
export const stateTopic = (group: string): string => `${group}.state`;
const STATE_HEADERS = { schema: 'state/1' };

/**
 * Outputs, offsets and state in one transaction. Opening it is what fences the former owner; only then is the state
 * read, and only after that are the committed offsets (DESIGN section 3). Any other order doubles records.
 */
export async function transactionalLedger(
  kafka: Kafka,
  partitions: Partitions,
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
        await transactions.settle();
        return readState(kafka, topic, partition, ids.get(topic));
      },
      async commit({ outputs, offsets, state }) {
        const placed = await partitions.place(outputs);
        const records = state.map(([key, value]) => ({ topic, by: key, key, value, headers: STATE_HEADERS }));
        if (records.length > 0) placed.push({ topic, partition, records });
        await transactions.commit({ placed, group, offsets, partition, ids });
      },
      settle: () => transactions.settle(),
      close: () => transactions.close(),
    };
  } catch (error) {
    transactions.close();
    throw error;
  }
}

/** Offsets alone: what the destination has is the truth, and the group's coordinator refuses whoever was driven out. */
export function positionsLedger(
  seat: GroupMember,
  partition: number,
  ours: () => boolean,
  ids = NO_IDS,
): OffsetStore {
  return {
    state: new Map(),
    reload: async () => new Map(),
    async commit({ offsets, outputs, state }) {
      if (outputs.length + state.length > 0)
        throw new Error('a group of positions only has outputs or state');
      try {
        await seat.commit(positionsOf(offsets, partition, ids), ours);
      } catch (error) {
        if (!isOutOfGroup(error)) throw error;
        throw new UserError(
          'fenced',
          `partition ${partition} of ${seat.group} is another process's by now; its position was not committed`,
          'Nothing is lost: its new owner goes on from what the destination has.',
        );
      }
    },
    settle: async () => {},
    close: () => {},
  };
}

/** The newest value of each key, committed records only. */
export async function readState(
  kafka: Kafka,
  topic: string,
  partition: number,
  topicId?: string,
): Promise<Map<string, string>> {
  const state = new Map<string, string>();
  const id = topicId ?? (await identityOf(kafka, topic));
  const feed = new PartitionReader(kafka, topic, partition, await startOf(kafka, topic, partition), id);
  try {
    feed.expect(await settledEnd(kafka, topic, partition));
    for (let batch = await feed.read(); batch !== undefined; batch = await feed.read())
      for (const { key, value } of batch.records)
        if (value === null) state.delete(key ?? '');
        else state.set(key ?? '', value);
    return state;
  } finally {
    feed.close();
  }
}

/**
 * A group's next offsets as the broker has them now, none of them still in an open transaction; where there is none, the
 * start of what is kept. A position in another topic of the name, deleted since, is none.
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
  const found = await kafka.persist(shared, async () => {
    const answer = await shared.send(await shared.coordinator('group', group), request);
    check(answer.errorCode);
    for (const { errorCode } of answer.offsets) check(errorCode);
    return answer.offsets;
  });
  const offsets = new Map<string, number>();
  for (const topic of topics) {
    const committed = found.find((one) => one.topic === topic);
    const another =
      committed?.topicId !== undefined && ids.has(topic) && committed.topicId !== ids.get(topic);
    if (another && committed.offset !== undefined)
      kafka.opener.warn(ofAnother(group, topic, partition, committed.offset));
    const offset = another ? undefined : committed?.offset;
    offsets.set(topic, offset ?? (await startOf(kafka, topic, partition)));
  }
  return offsets;
}

const ofAnother = (group: string, topic: string, partition: number, offset: number): string =>
  `${topic}/${partition} is read from its beginning: offset ${offset}, where ${group} stood, is one of another topic of that name, which was deleted`;
