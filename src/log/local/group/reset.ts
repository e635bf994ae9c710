import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import { noTopic } from '../settings.ts';
import { type LogStore, type MemberRow, transact } from '../storage/store.ts';
import { describeOwner, livingMember } from './lease.ts';

/** Sets a group's positions in a topic. Throws UserError `locked` while the group has a living member, on any topic. */
export async function resetGroup(
  store: LogStore,
  group: string,
  topic: string,
  offsets: readonly number[],
  now: Millis,
): Promise<void> {
  const answer = await transact(store, (): MemberRow | 'no topic' | 'other count' | 'done' => {
    const row = store.topics.get(topic);
    if (row === undefined) return 'no topic';
    if (row.partitions !== offsets.length) return 'other count';
    const member = livingMember(store, group, now);
    if (member !== undefined) return member;
    for (const [partition, offset] of offsets.entries())
      store.offsets.put([row.id, group, partition], offset);
    return 'done';
  });
  if (answer === 'done') return;
  if (answer === 'no topic') throw noTopic(topic);
  if (answer === 'other count')
    throw new UserError(
      'usage',
      `topic ${topic} does not have ${offsets.length} partitions`,
      'Give one offset for each partition.',
    );
  throw new UserError(
    'locked',
    `${group} is being run by ${describeOwner(answer)}, so its positions cannot be changed`,
    'Stop that run first.',
  );
}
