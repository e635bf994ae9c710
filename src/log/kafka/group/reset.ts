import { UserError } from '../../../core/errors.ts';
import type { Kafka } from '../kafka.ts';
import { identityOf } from '../topics.ts';
import { topicIdNote } from '../wire/requests/topic-id-note.ts';
import { membersOf } from './members.ts';

/** Moves a group's positions while nobody is in it. Throws Problem `locked` when somebody is. */
export async function resetGroup(
  kafka: Kafka,
  group: string,
  topic: string,
  offsets: readonly number[],
): Promise<void> {
  const [holder] = await membersOf(kafka, group);
  if (holder !== undefined)
    throw new UserError(
      'locked',
      `group ${group} is at work: ${holder.who}`,
      'Stop it first; a process that was killed is forgotten after its session time-out.',
    );
  const { shared } = kafka;
  const metadata = topicIdNote(await identityOf(kafka, topic));
  const partitions = offsets.map((offset, partition) => ({
    partition,
    offset: String(offset),
    metadata,
  }));
  await kafka.persist(shared, async () => {
    const broker = await shared.coordinator('group', group);
    // No round and no member: the coordinator takes it from anybody while the group is empty.
    const nobody = { groupId: group, groupGenerationId: -1, memberId: '' };
    await broker.offsetCommit({ ...nobody, topics: [{ topic, partitions }] });
  });
}
