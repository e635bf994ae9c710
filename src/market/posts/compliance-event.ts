import type { Json } from '../../core/util/json.ts';
import { asObject, exactId, isEarlierId } from './fields.ts';
import { networkEventOf, networkOf } from './networks/networks.ts';

/**
 * Messages of X's streams other than posts, by their only key: those of the v1.1 streams and of the compliance streams
 * (docs.x.com, Compliance Data Objects).
 */
const EVENTS = [
  'delete',
  'limit',
  'scrub_geo',
  'status_withheld',
  'user_withheld',
  'warning',
  'disconnect',
  'friends',
  'friends_str',
  'event',
  'control',
  'tweet_edit',
  'drop',
  'undrop',
] as const;

/** Messages that v2 wraps in `data`. */
const COMPLIANCE = ['delete', 'tweet_edit', 'post_edit', 'withheld', 'drop', 'undrop', 'scrub_geo'] as const;

/** A message that is not a post: its key and the value of that key. */
export interface ComplianceEvent {
  readonly kind: string;
  readonly body: unknown;
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** The event of a line, in either shape. Undefined for a post and for anything else (which `readTweet` rejects). */
export function complianceEventOf(value: unknown): ComplianceEvent | undefined {
  const line = asObject(value);
  if (line === undefined || isPresent(line.id_str) || isPresent(line.id)) return undefined;
  if (isPresent(line.data)) return compliance(line.data);
  const kind = EVENTS.find((name) => isPresent(line[name]));
  if (kind !== undefined) return { kind, body: line[kind] };
  const isErrorObject = typeof line.title === 'string' && typeof line.type === 'string';
  return Array.isArray(line.errors) || isErrorObject ? { kind: 'errors', body: line } : undefined;
}

/** v2 wraps compliance messages: `{"data":{"delete":{"tweet":{...}}}}`. */
function compliance(value: unknown): ComplianceEvent | undefined {
  const data = asObject(value);
  if (data === undefined || data.id !== undefined) return undefined;
  const kind = COMPLIANCE.find((name) => asObject(data[name]) !== undefined);
  if (kind === undefined) return undefined;
  return { kind: kind === 'post_edit' ? 'tweet_edit' : kind, body: data[kind] };
}

/**
 * The kind of a line that is not a post, of X or another network: `delete`, `limit`, `tweet_edit` ...; `errors` for X's
 * in-stream errors and problem objects. Undefined for a post and for anything else.
 */
export const complianceKind = (value: unknown): string | undefined => {
  const network = networkOf(value);
  return network === undefined ? complianceEventOf(value)?.kind : network.eventOf(value as Json)?.kind;
};

/** The id of the post in an event's body. */
export function postIdOf(body: Json): string | undefined {
  const post = asObject(body.tweet ?? body.post ?? body.status) ?? body;
  return exactId(post.id_str, post.id);
}

/** Maximum versions of one post. X allows five edits; each version gets its own tombstone. */
export const MOST_VERSIONS = 100;

/** The latest versions of a post in the body of an edit event, oldest first. */
export function versionsOf(body: Json): readonly string[] {
  const edits = body.edit_tweet_ids ?? body.edit_post_ids;
  const versions = [
    postIdOf(body),
    exactId(body.initial_tweet_id ?? body.initial_post_id),
    ...(Array.isArray(edits) ? edits.slice(-MOST_VERSIONS).map((id) => exactId(id)) : []),
  ];
  const ids = new Set(versions.filter((id) => id !== undefined));
  return [...ids].sort((a, b) => (isEarlierId(a, b) ? -1 : 1));
}

/**
 * Id of the post that an event is about. It is the event's partition key, so that the event follows the post in its
 * partition. For an edit it is the last replaced version, for `scrub_geo` the newest post concerned. Undefined for an
 * event about no post and for anything else; never throws.
 */
export function complianceTarget(value: unknown): string | undefined {
  const networkEvent = networkEventOf(value);
  if (networkEvent !== undefined) return networkEvent.postId;
  const event = complianceEventOf(value);
  const body = asObject(event?.body);
  if (event === undefined || body === undefined) return undefined;
  switch (event.kind) {
    case 'delete':
    case 'withheld':
    case 'status_withheld':
    case 'drop':
    case 'undrop':
      return postIdOf(body);
    case 'tweet_edit':
      return versionsOf(body).at(-2) ?? versionsOf(body).at(-1);
    case 'scrub_geo':
      return exactId(body.up_to_status_id_str ?? body.up_to_tweet_id, body.up_to_status_id);
    default:
      return undefined;
  }
}
