import { UserError } from '../../../core/errors.ts';
import { type GroupSpec, partitionCountOf, topicRecreatedError } from '../../log.ts';
import { endOffset, startOffset } from '../client/offsets.ts';
import type { Partitioner } from '../client/partitioner.ts';
import type { TopicIds } from './commit-entries.ts';
import { stateTopic } from './offset-store.ts';

/** A snapshot of the topics of a group. */
export interface GroupTopics {
  /** Partition count of each input. */
  readonly partitions: number;
  /** Ids of the inputs, and of the state topic if there is one. */
  readonly ids: TopicIds;
}

export async function ensureStateTopic(partitions: Partitioner, group: string, count: number): Promise<void> {
  const topic = stateTopic(group);
  const there = await partitions.find(topic);
  if (there === undefined)
    await partitions.create(topic, { partitions: count, retentionMs: undefined, compacted: true });
  else requireSameCount(group, there, count);
}

function requireSameCount(group: string, there: number, count: number): void {
  if (there === count) return;
  const topic = stateTopic(group);
  throw new UserError(
    'usage',
    `${topic} has ${there} partitions, but the inputs of ${group} have ${count}: the state belongs to different tasks`,
    `Use another --app, or delete the state with 'cryptopipe topics delete ${topic}' and reset the group.`,
  );
}

/**
 * Throws UserError `usage` if the partition counts do not match, `failed` if a topic was deleted or recreated since
 * `before`.
 */
export async function readGroupTopics(
  partitions: Partitioner,
  { group, inputs, positionsOnly }: GroupSpec,
  before?: GroupTopics,
): Promise<GroupTopics> {
  const names = positionsOnly ? inputs : [...inputs, stateTopic(group)];
  const seen = await Promise.all(names.map((topic) => partitions.refresh(topic)));
  const ids = new Map(names.map((topic, i) => [topic, seen[i]!.id]));
  const recreated = names.find((topic) => before !== undefined && before.ids.get(topic) !== ids.get(topic));
  if (recreated !== undefined) throw topicRecreatedError(recreated);
  const counts = seen.map(({ count }) => count);
  const count = partitionCountOf(inputs, counts.slice(0, inputs.length));
  if (!positionsOnly) requireSameCount(group, counts.at(-1)!, count);
  return { partitions: count, ids };
}

/** Number of input partitions added since a snapshot, and of the records in them. */
export async function addedPartitions(partitions: Partitioner, { inputs }: GroupSpec, before: GroupTopics) {
  const added = { partitions: 0, records: 0 };
  for (const topic of inputs) {
    const { count } = await partitions.refresh(topic);
    for (let partition = before.partitions; partition < count; partition++) {
      const end = await endOffset(partitions.kafka, topic, partition);
      added.records += end - (await startOffset(partitions.kafka, topic, partition));
      added.partitions += 1;
    }
  }
  return added;
}
