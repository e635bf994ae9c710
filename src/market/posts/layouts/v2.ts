import { type Json, objectsOf } from '../../../core/util/json.ts';
import { asObject } from '../fields.ts';

/** Fields of a v2 post that no v1.1 post has. */
const V2_FIELDS = [
  'author_id',
  'public_metrics',
  'edit_history_tweet_ids',
  'edit_history_post_ids',
  'referenced_tweets',
  'referenced_posts',
  'conversation_id',
  'note_tweet',
  'context_annotations',
] as const;
/** Fields of a v1.1 post that no v2 post has. */
const V1_FIELDS = ['id_str', 'user', 'full_text', 'favorite_count', 'truncated', 'retweeted_status'] as const;

/** Whether a post stands in v2's form without the `data` around it. */
export const isBareV2 = (value: Json): boolean =>
  V1_FIELDS.every((name) => value[name] === undefined) && V2_FIELDS.some((name) => value[name] !== undefined);

const referencesOf = (post: Json): readonly Json[] =>
  objectsOf(post.referenced_tweets ?? post.referenced_posts);

/** The users and posts of an answer that a post refers to; all of them would repeat with each post. */
function includedFor(post: Json, includes: Json): Json {
  const ids = new Set(referencesOf(post).map(({ id }) => id));
  const referenced = objectsOf(includes.tweets ?? includes.posts).filter(({ id }) => ids.has(id));
  const authors = new Set([post.author_id, ...referenced.map(({ author_id }) => author_id)]);
  const users = objectsOf(includes.users).filter(({ id }) => authors.has(id));
  return { users, ...(referenced.length > 0 && { tweets: referenced }) };
}

/** The posts of an answer page, `{"data": [...], "includes": {...}}`, each as a stream object. */
export function postsOfPage(page: Json): readonly Json[] {
  const includes = asObject(page.includes);
  return (page.data as readonly unknown[]).map((entry) => {
    const data = asObject(entry);
    return data === undefined || includes === undefined
      ? { data: entry }
      : { data, includes: includedFor(data, includes) };
  });
}

/** A post in v2's form, bare or with its author and its references inline (`twarc2 flatten`), as a stream object. */
export function wrapV2(post: Json): Json {
  const { author, ...data } = post;
  const references = referencesOf(post);
  const inline = references.filter(({ text }) => typeof text === 'string');
  const users = [author, ...inline.map((reference) => reference.author)].filter((user) => asObject(user));
  if (users.length === 0 && inline.length === 0) return { data: post };
  return {
    data: {
      ...data,
      ...(references.length > 0 && { referenced_tweets: references.map(({ type, id }) => ({ type, id })) }),
    },
    includes: { users, ...(inline.length > 0 && { tweets: inline.map(({ author: _, ...rest }) => rest) }) },
    ...(post.matching_rules !== undefined && { matching_rules: post.matching_rules }),
  };
}
