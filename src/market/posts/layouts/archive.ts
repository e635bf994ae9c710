import type { Json } from '../../../core/util/json.ts';
import { asObject } from '../fields.ts';

const COUNTS = ['favorite_count', 'retweet_count'] as const;

const editsOf = (post: Json): unknown => {
  const info = asObject(post.edit_info);
  const { editTweetIds } =
    asObject(info?.initial) ?? asObject(asObject(info?.edit)?.editControlInitial) ?? {};
  return editTweetIds;
};

/** Whether a post comes from the archive that X gives a user of their own posts: it writes numbers as texts. */
export const isOfArchive = (post: Json): boolean =>
  typeof post.favorite_count === 'string' &&
  (post.edit_info !== undefined || Array.isArray(post.display_text_range));

/** An element of an archive's `tweets.js` or `deleted-tweets.js` as a v1.1 post, or as the notice of its deletion. */
export function fromArchive(post: Json): Json {
  if (post.deleted_at !== undefined) return { delete: { status: { id_str: post.id_str ?? post.id } } };
  const counts = COUNTS.filter((name) => /^\d{1,15}$/.test(String(post[name])));
  const edits = editsOf(post);
  return {
    ...post,
    ...Object.fromEntries(counts.map((name) => [name, Number(post[name])])),
    ...(Array.isArray(edits) && edits.length > 1 && { edit_history: { edit_tweet_ids: edits } }),
  };
}
