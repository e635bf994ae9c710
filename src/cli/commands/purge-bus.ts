import type { NewRecord } from '../../core/stream/record.ts';
import type { Log } from '../../log/log.ts';
import { detailsOf } from './topics/name.ts';

const HEADERS = { schema: 'tweet-processed/1', source: 'purge' };

/** Tombstones for every partition of each topic: the partition of a post is unknown. */
export const tombstonesOf = (ids: readonly string[], topics: readonly string[]): readonly NewRecord[] =>
  topics.flatMap((topic) => ids.map((id) => ({ topic, by: null, key: id, value: null, headers: HEADERS })));

/** Total number of partitions. Throws UserError `usage` for a missing topic. */
export async function partitionsOf(log: Log, topics: readonly string[]): Promise<number> {
  const details = await Promise.all(topics.map((topic) => detailsOf(log, topic)));
  return details.reduce((sum, { partitions }) => sum + partitions, 0);
}
