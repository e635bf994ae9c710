import { refuseAhead } from '../../core/stream/ahead.ts';
import type { NewRecord } from '../../core/stream/record.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { complianceKind, complianceTarget } from '../../market/posts/compliance-event.ts';
import { supersededPostIds } from '../../market/posts/superseded.ts';
import { tweetId, tweetTime } from '../../market/posts/tweet.ts';

/** Where a line of posts came from, and where it goes. */
export interface PostOrigin {
  readonly source: string;
  readonly topic: string;
  readonly receivedAt: Millis;
  /** Posts with a later time are refused; undefined: none are. */
  readonly latest?: Millis;
}

/**
 * A line of X as it goes to a topic: the line as it came, by the id of its post, or of the post that it is a notice
 * about. A post that it says is gone and whose id is another (an edited post's earlier versions) gets a tombstone, so
 * that this comes after it in its own partition. A notice about no post gives none: `noticeKind` says what to count.
 * Throws Unreadable.
 */
export function postRecords(
  value: unknown,
  line: string,
  { source, topic, receivedAt, latest = Number.POSITIVE_INFINITY }: PostOrigin,
): NewRecord[] {
  const kind = complianceKind(value);
  const id = kind === undefined ? tweetId(value) : complianceTarget(value);
  if (id === undefined) return [];
  if (kind === undefined) refuseAhead(tweetTime(value), latest);
  const received_at = formatTime(receivedAt);
  const schema = kind === undefined ? 'tweet/1' : 'notice/1';
  const records: NewRecord[] = [
    { topic, by: id, key: id, value: line, headers: { source, schema, received_at } },
  ];
  for (const gone of supersededPostIds(value))
    if (gone !== id)
      records.push({
        topic,
        by: gone,
        key: gone,
        value: null,
        headers: { source, schema: 'tweet/1', received_at },
      });
  return records;
}
