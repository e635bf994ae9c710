import { InvalidRecord } from '../../core/stream/record.ts';
import { murmur2 } from '../../core/util/hash.ts';
import { isObject, type Json } from '../../core/util/json.ts';
import type { TweetBody, TweetKind } from '../posts/body.ts';
import { countOrNull, flagOrNull, textOrNull } from '../posts/fields.ts';
import { readPostValue } from '../posts/layouts/read-post-value.ts';
import { readTweet } from '../posts/tweet.ts';
import { coinOf } from '../text/coins.ts';
import { findCoins } from '../text/find-coins.ts';
import { normalizeText } from '../text/normalize.ts';
import { sentimentScore } from '../text/sentiment.ts';
import { type RelevantFacts, relevanceRow } from './features.ts';
import type { Pick } from './model.ts';

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];

/** The body of a value of topic `tweets-processed`; fields that `select --fields` left out are empty. */
function processedBody(post: Json): TweetBody {
  const bad: string[] = [];
  const count = (name: string) => countOrNull(post[name], name, bad);
  return {
    tags: textsIn(post.tags),
    kind: (textOrNull(post.kind) ?? 'original') as TweetKind,
    lang: textOrNull(post.lang),
    text: post.text as string,
    hashtags: textsIn(post.hashtags),
    cashtags: textsIn(post.cashtags),
    urls: textsIn(post.urls),
    author_id: textOrNull(post.author_id),
    username: textOrNull(post.username),
    name: textOrNull(post.name),
    followers_count: count('followers_count'),
    verified: flagOrNull(post.verified),
    favorite_count: count('favorite_count'),
    retweet_count: count('retweet_count'),
    reply_count: count('reply_count'),
    quote_count: count('quote_count'),
  };
}

const isProcessed = (value: unknown): value is Json & { readonly id: string } =>
  isObject(value) && typeof value.id === 'string' && typeof value.tag === 'string';

const subjectsIn = (body: TweetBody): readonly string[] => [
  ...new Set([...body.tags.map((tag) => coinOf(tag) ?? tag), ...findCoins(body).map(({ coin }) => coin)]),
];

function pickOf(id: string, liked: boolean, facts: RelevantFacts): Pick {
  const text = normalizeText(facts.body.text) || id;
  return { id, liked, group: (murmur2(text) >>> 0).toString(36), row: relevanceRow(facts) };
}

/**
 * The picks of one JSON value: a record of topic `tweets-processed`, or posts in any form that `select` reads. Throws
 * InvalidRecord.
 */
export function readPicks(value: unknown, text: string, liked: boolean): readonly Pick[] {
  if (isProcessed(value)) {
    if (typeof value.text !== 'string') throw new InvalidRecord('text: the post was stored without its text');
    const body = processedBody(value);
    const score =
      typeof value.sentiment_score === 'number' ? value.sentiment_score : sentimentScore(body.text);
    const facts = { body, subjects: subjectsIn(body), source: textOrNull(value.source), sentiment: score };
    return [pickOf(value.id, liked, facts)];
  }
  return readPostValue(value, text).map((line) => {
    const { id, body } = readTweet(line.value);
    const facts = { body, subjects: subjectsIn(body), source: null, sentiment: sentimentScore(body.text) };
    return pickOf(id, liked, facts);
  });
}
