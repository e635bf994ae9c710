import { UserError } from '../../../core/errors.ts';
import type { Kafka } from '../kafka.ts';
import { fetchTopicId } from '../topic-admin.ts';
import { topicIdNote } from '../wire/requests/topic-id-note.ts';
import { membersOf } from './members.ts';

/** Moves the offsets of a group without members. Throws UserError `locked` if it has members. */
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
      `group ${group} is running: ${holder.who}`,
      'Stop it first. A killed process leaves the group after its session timeout.',
    );
  const { shared } = kafka;
  const metadata = topicIdNote(await fetchTopicId(kafka, topic));
  const partitions = offsets.map((offset, partition) => ({
    partition,
    offset: String(offset),
    metadata,
  }));
  await kafka.retry(shared, async () => {
    const broker = await shared.coordinator('group', group);
    // No generation and no member id: the coordinator accepts that while the group is empty.
    const noMember = { groupId: group, groupGenerationId: -1, memberId: '' };
    await broker.offsetCommit({ ...noMember, topics: [{ topic, partitions }] });
  });
}
