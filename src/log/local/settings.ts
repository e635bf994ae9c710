import { UserError } from '../../core/errors.ts';
import type { Difference, TopicSettings } from '../log.ts';
import { type LogStore, type TopicRow, transact } from './storage/store.ts';

type Kept = Pick<TopicSettings, 'partitions' | 'retentionMs' | 'compacted'>;

/** By Kafka's names, so that both buses report the same. */
const inWords = ({ partitions, retentionMs, compacted }: Kept): Readonly<Record<string, string>> => ({
  partitions: String(partitions),
  'retention.ms': String(retentionMs ?? -1),
  'cleanup.policy': compacted ? (retentionMs === undefined ? 'compact' : 'compact,delete') : 'delete',
});

export function compare(row: TopicRow, settings: TopicSettings): Difference[] {
  const [is, expected] = [inWords({ retentionMs: undefined, ...row }), inWords(settings)];
  return Object.keys(is)
    .map((setting) => ({ setting, is: is[setting]!, expected: expected[setting]! }))
    .filter((one) => one.is !== one.expected);
}

export function noTopic(name: string): UserError {
  return new UserError(
    'usage',
    `there is no topic ${name}`,
    `Create it with 'cryptopipe topics create ${name}'.`,
  );
}

/** Throws UserError `usage` if there is no such topic. */
export function rowOf(store: LogStore, name: string): TopicRow {
  const row = store.topics.get(name);
  if (row === undefined) throw noTopic(name);
  return row;
}

/** Throws UserError `usage` for another partition count: records would no longer be in the partition of their hash. */
export async function updateTopic(store: LogStore, name: string, settings: TopicSettings): Promise<void> {
  const there = await transact(store, () => {
    const row = store.topics.get(name);
    if (row?.partitions !== settings.partitions) return row;
    const { retentionMs, compacted } = settings;
    const { retentionMs: _, ...kept } = row;
    const changed = { ...kept, compacted };
    store.topics.put(name, retentionMs === undefined ? changed : { ...changed, retentionMs });
    return row;
  });
  if (there === undefined) throw noTopic(name);
  if (there.partitions !== settings.partitions)
    throw new UserError(
      'usage',
      `topic ${name} has ${there.partitions} partitions, which cannot be changed to ${settings.partitions}`,
      'Create a topic with another name, or delete this one with all its records and create it again.',
    );
}
