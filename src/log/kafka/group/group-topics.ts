import { UserError } from '../../../core/errors.ts';
import { equalCount, type GroupSpec, madeAnewProblem } from '../../log.ts';
import { endOf, startOf } from '../client/offsets.ts';
import type { Partitions } from '../client/partitions.ts';
import { stateTopic } from './offset-store.ts';
import type { TopicIds } from './positions.ts';

/** The topics that a group works on, as they were at one look. */
export interface GroupTopics {
  /** Of each input. */
  readonly partitions: number;
  /** Of the inputs, and of the topic of its state where it has one. */
  readonly ids: TopicIds;
}

export async function makeStateTopic(partitions: Partitions, group: string, count: number): Promise<void> {
  const topic = stateTopic(group);
  const there = await partitions.find(topic);
  if (there === undefined)
    await partitions.create(topic, { partitions: count, retentionMs: undefined, compacted: true });
  else refuseOtherCount(group, there, count);
}

function refuseOtherCount(group: string, there: number, count: number): void {
  if (there === count) return;
  const topic = stateTopic(group);
  throw new UserError(
    'usage',
    `${topic} has ${there} partitions, but the inputs of ${group} have ${count}: the state was kept by other tasks`,
    `Use another --app, or delete the state with 'cryptopipe topics delete ${topic}' and reset the group.`,
  );
}

/**
 * Throws Problem `usage` when the counts of partitions do not fit together, `failed` when a topic is another one than
 * `before`, or gone.
 */
export async function lookAt(
  partitions: Partitions,
  { group, inputs, positionsOnly }: GroupSpec,
  before?: GroupTopics,
): Promise<GroupTopics> {
  const names = positionsOnly ? inputs : [...inputs, stateTopic(group)];
  const seen = await Promise.all(names.map((topic) => partitions.look(topic)));
  const ids = new Map(names.map((topic, i) => [topic, seen[i]!.id]));
  const another = names.find((topic) => before !== undefined && before.ids.get(topic) !== ids.get(topic));
  if (another !== undefined) throw madeAnewProblem(another);
  const counts = seen.map(({ count }) => count);
  const count = equalCount(inputs, counts.slice(0, inputs.length));
  if (!positionsOnly) refuseOtherCount(group, counts.at(-1)!, count);
  return { partitions: count, ids };
}

/** Partitions of the inputs that were added since a look, and the records in them. */
export async function addedTo(partitions: Partitions, { inputs }: GroupSpec, before: GroupTopics) {
  const added = { partitions: 0, records: 0 };
  for (const topic of inputs) {
    const { count } = await partitions.look(topic);
    for (let partition = before.partitions; partition < count; partition++) {
      const end = await endOf(partitions.kafka, topic, partition);
      added.records += end - (await startOf(partitions.kafka, topic, partition));
      added.partitions += 1;
    }
  }
  return added;
}
