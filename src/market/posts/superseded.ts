import type { Json } from '../../core/util/json.ts';
import { complianceEventOf, MOST_VERSIONS, postIdOf, versionsOf } from './compliance-event.ts';
import { asObject, exactId, isEarlierId } from './fields.ts';
import { networkEventOf } from './networks/networks.ts';

const NONE: readonly string[] = Object.freeze([]);

/** A post's own id and the other ids of its edit history: v2's, or `edit_history` of enterprise v1.1. */
function versionsOfPost(
  line: Json,
): { readonly own: string; readonly others: readonly string[] } | undefined {
  const post = asObject(line.data) ?? line;
  const ids =
    post.edit_history_tweet_ids ?? post.edit_history_post_ids ?? asObject(post.edit_history)?.edit_tweet_ids;
  if (!Array.isArray(ids) || ids.length < 2) return undefined;
  const own = exactId(post.id_str, post.id);
  if (own === undefined) return undefined;
  const history = ids.slice(-MOST_VERSIONS).map((id) => exactId(id));
  return { own, others: history.filter((id) => id !== undefined && id !== own) as string[] };
}

function earlierVersions(line: Json): readonly string[] {
  const versions = versionsOfPost(line);
  return versions?.others.filter((id) => isEarlierId(id, versions.own)) ?? NONE;
}

/** Whether the edit history of a post names a later version: search answers give the earlier ones as well, newest first. */
export function hasLaterVersion(value: unknown): boolean {
  const line = asObject(value);
  const versions = line === undefined ? undefined : versionsOfPost(line);
  return versions?.others.some((id) => isEarlierId(versions.own, id)) ?? false;
}

/**
 * Ids of the posts that a line deletes or replaces with a later version. The line is a compliance event, or a post that
 * is the later version. Never throws.
 */
export function supersededPostIds(value: unknown): readonly string[] {
  const line = asObject(value);
  if (line === undefined) return NONE;
  const deleted = networkEventOf(line)?.postId;
  if (deleted !== undefined) return [deleted];
  const event = complianceEventOf(line);
  if (event === undefined) return earlierVersions(line);
  const body = asObject(event.body);
  if (body === undefined) return NONE;
  if (event.kind === 'tweet_edit') return versionsOf(body).slice(0, -1);
  const id = event.kind === 'delete' ? postIdOf(body) : undefined;
  return id === undefined ? NONE : [id];
}
