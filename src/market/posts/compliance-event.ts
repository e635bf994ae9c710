import type { Json } from '../../core/util/json.ts';
import { asObject, exactId, isEarlierId } from './fields.ts';

/**
 * The messages of X's streams that are no posts, by their only key: those of v1.1 (APIS.md section 5) and of the
 * compliance streams (docs.x.com, Compliance Data Objects).
 */
const NOTICES = [
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

/** v2 wraps these in `data`. */
const COMPLIANCE = ['delete', 'tweet_edit', 'post_edit', 'withheld', 'drop', 'undrop', 'scrub_geo'] as const;

/** A message that is no post: its key, and what stands under it. */
export interface ComplianceEvent {
  readonly kind: string;
  readonly body: unknown;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** The message that a line is, in either shape. Undefined for a post, and for what is neither (`readTweet` refuses that). */
export function complianceEventOf(value: unknown): ComplianceEvent | undefined {
  const line = asObject(value);
  if (line === undefined || isGiven(line.id_str) || isGiven(line.id)) return undefined;
  if (isGiven(line.data)) return compliance(line.data);
  const kind = NOTICES.find((name) => isGiven(line[name]));
  if (kind !== undefined) return { kind, body: line[kind] };
  const isProblem = typeof line.title === 'string' && typeof line.type === 'string';
  return Array.isArray(line.errors) || isProblem ? { kind: 'errors', body: line } : undefined;
}

/** v2's compliance messages come inside `data`: `{"data":{"delete":{"tweet":{...}}}}`. */
function compliance(value: unknown): ComplianceEvent | undefined {
  const data = asObject(value);
  if (data === undefined || data.id !== undefined) return undefined;
  const kind = COMPLIANCE.find((name) => asObject(data[name]) !== undefined);
  if (kind === undefined) return undefined;
  return { kind: kind === 'post_edit' ? 'tweet_edit' : kind, body: data[kind] };
}

/**
 * What kind of message a stream's line is when it is no post: `delete`, `limit`, `tweet_edit` ...; `errors` for X's
 * in-stream errors and problem objects. Undefined for a post, and for what is neither.
 */
export const complianceKind = (value: unknown): string | undefined => complianceEventOf(value)?.kind;

/** The id of the post that a notice's body names. */
export function postIdOf(body: Json): string | undefined {
  const post = asObject(body.tweet ?? body.post ?? body.status) ?? body;
  return exactId(post.id_str, post.id);
}

/** Versions of one post that count: X allows five edits, and each version gets a tombstone of its own. */
export const MOST_VERSIONS = 100;

/** The last versions of a post that the body of an edit notice names, oldest first. */
export function versionsOf(body: Json): readonly string[] {
  const edits = body.edit_tweet_ids ?? body.edit_post_ids;
  const named = [
    postIdOf(body),
    exactId(body.initial_tweet_id ?? body.initial_post_id),
    ...(Array.isArray(edits) ? edits.slice(-MOST_VERSIONS).map((id) => exactId(id)) : []),
  ];
  const ids = new Set(named.filter((id) => id !== undefined));
  return [...ids].sort((a, b) => (isEarlierId(a, b) ? -1 : 1));
}

/**
 * Id of the post that a notice is about: it travels by that key, so that it comes after the post in its partition. Of an
 * edit it is the version replaced last; of `scrub_geo` the newest post concerned. Undefined for a notice about no post,
 * and for what is no notice; never throws.
 */
export function complianceTarget(value: unknown): string | undefined {
  const notice = complianceEventOf(value);
  const body = asObject(notice?.body);
  if (notice === undefined || body === undefined) return undefined;
  switch (notice.kind) {
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
