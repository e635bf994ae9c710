import { type Json, objectsOf } from '../../../core/util/json.ts';
import { asObject } from '../fields.ts';

const TIMES = ['createdAt', 'created_at', 'date'] as const;
const first = (post: Json, ...names: readonly string[]): unknown =>
  names.map((name) => post[name]).find((value) => value !== undefined && value !== null);
const isText = (value: unknown): value is string => typeof value === 'string';

/** Whether a post has the camel-case names that scrapers write: Apify's tweet scrapers, snscrape. */
export const isCamelCase = (post: Json): boolean =>
  first(post, 'likeCount', 'retweetCount', 'replyCount', 'rawContent') !== undefined &&
  first(post, 'text', 'fullText', 'full_text', 'rawContent', 'content') !== undefined &&
  first(post, ...TIMES) !== undefined;

/** Hashtags, symbols and cashtags are texts in snscrape, entities in Apify. */
const tagsOf = (list: unknown): readonly Json[] =>
  Array.isArray(list) ? list.flatMap((tag) => (isText(tag) ? [{ text: tag }] : objectsOf([tag]))) : [];

/** The post as v1.1 has it. */
export function fromCamelCase(post: Json): Json {
  const user = asObject(post.author) ?? asObject(post.user);
  const entities = asObject(post.entities);
  const retweeted = asObject(first(post, 'retweet', 'retweetedTweet', 'retweetedStatus'));
  const quoted = asObject(first(post, 'quote', 'quotedTweet', 'quotedStatus'));
  return {
    id_str: String(first(post, 'id_str', 'id')),
    created_at: first(post, ...TIMES),
    full_text: first(post, 'fullText', 'full_text', 'rawContent', 'text', 'content'),
    lang: post.lang,
    favorite_count: post.likeCount,
    retweet_count: post.retweetCount,
    reply_count: post.replyCount,
    quote_count: post.quoteCount,
    in_reply_to_status_id_str: first(post, 'inReplyToId', 'inReplyToTweetId', 'inReplyToStatusId'),
    entities: {
      hashtags: tagsOf(entities?.hashtags ?? post.hashtags),
      symbols: tagsOf(entities?.symbols ?? post.cashtags),
      urls: objectsOf(entities?.urls),
    },
    user: user && {
      id_str: user.id === undefined ? undefined : String(user.id),
      screen_name: first(user, 'userName', 'username', 'screenName', 'screen_name'),
      name: first(user, 'name', 'displayname'),
      followers_count: first(user, 'followers', 'followersCount'),
      verified: first(user, 'isBlueVerified', 'isVerified', 'verified'),
    },
    ...(retweeted && { retweeted_status: fromCamelCase(retweeted) }),
    ...(quoted && { quoted_status: fromCamelCase(quoted) }),
  };
}
