import { refuseAhead } from '../../core/stream/ahead.ts';
import type { NewRecord } from '../../core/stream/record.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { complianceKind, complianceTarget } from '../../market/posts/compliance-event.ts';
import { networkEventOf } from '../../market/posts/networks/networks.ts';
import { supersededPostIds } from '../../market/posts/superseded.ts';
import { tweetId, tweetTime } from '../../market/posts/tweet.ts';

/** Origin and destination of a post line. */
export interface PostOrigin {
  readonly source: string;
  readonly topic: string;
  readonly receivedAt: Millis;
  /** Posts with a later time are rejected; undefined: no limit. */
  readonly latest?: Millis;
}

/**
 * The records of a line of X or another network: the unchanged line, keyed by the id of its post or of the post that a compliance event
 * is about. Superseded posts with other ids (earlier versions of an edited post) each get a tombstone in their own
 * partition. The deletion of an author goes to every partition. Empty for an event about no post: count it by `complianceKind`. Throws InvalidRecord.
 */
export function postRecords(
  value: unknown,
  line: string,
  { source, topic, receivedAt, latest = Number.POSITIVE_INFINITY }: PostOrigin,
): NewRecord[] {
  const kind = complianceKind(value);
  const author = networkEventOf(value)?.authorId;
  const id = kind === undefined ? tweetId(value) : (author ?? complianceTarget(value));
  if (id === undefined) return [];
  if (kind === undefined) refuseAhead(tweetTime(value), latest);
  const received_at = formatTime(receivedAt);
  const schema = kind === undefined ? 'tweet/1' : 'notice/1';
  const records: NewRecord[] = [
    {
      topic,
      partitionKey: author === undefined ? id : null,
      key: id,
      value: line,
      headers: { source, schema, received_at },
    },
  ];
  for (const supersededId of supersededPostIds(value))
    if (supersededId !== id)
      records.push({
        topic,
        partitionKey: supersededId,
        key: supersededId,
        value: null,
        headers: { source, schema: 'tweet/1', received_at },
      });
  return records;
}
