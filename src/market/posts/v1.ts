import type { Json } from '../../core/util/json.ts';
import type { TweetBody, TweetKind } from './body.ts';
import {
  asObject,
  type BadFields,
  countOrNull,
  flagOrNull,
  idOrNull,
  isRetweetText,
  outwardLinks,
  requiredText,
  textOrNull,
  textsOf,
  unescapeText,
} from './fields.ts';

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

function kindOf(post: Json): TweetKind {
  if (asObject(post.retweeted_status) !== undefined) return 'retweet';
  if (post.is_quote_status === true || asObject(post.quoted_status) !== undefined) return 'quote';
  if (isPresent(post.in_reply_to_status_id_str ?? post.in_reply_to_status_id)) return 'reply';
  return isRetweetText(post.text ?? post.full_text) ? 'retweet' : 'original';
}

/** Reads a v1.1 post: streaming, extended mode, or a long post with its full text in `extended_tweet`. Throws InvalidRecord. */
export function readV1(post: Json, bad: BadFields): TweetBody {
  const content = asObject(post.retweeted_status) ?? post;
  const extended = asObject(content.extended_tweet);
  const text = extended?.full_text ?? content.full_text ?? content.text;
  const entities = asObject(extended?.entities) ?? asObject(content.entities);
  const user = asObject(post.user);
  return {
    tags: [],
    kind: kindOf(post),
    lang: textOrNull(post.lang),
    text: unescapeText(requiredText(text, 'text')),
    hashtags: textsOf(entities?.hashtags, 'text'),
    cashtags: textsOf(entities?.symbols, 'text'),
    urls: outwardLinks(entities, text),
    author_id: idOrNull(user?.id_str, user?.id),
    username: textOrNull(user?.screen_name),
    name: textOrNull(user?.name),
    followers_count: countOrNull(user?.followers_count, 'followers_count', bad),
    verified: flagOrNull(user?.verified),
    favorite_count: countOrNull(post.favorite_count, 'favorite_count', bad),
    retweet_count: countOrNull(post.retweet_count, 'retweet_count', bad),
    reply_count: countOrNull(post.reply_count, 'reply_count', bad),
    quote_count: countOrNull(post.quote_count, 'quote_count', bad),
  };
}
