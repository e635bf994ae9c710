import { SENTIMENT_MODEL, type SentimentLabel, sentimentLabel } from '../text/sentiment.ts';
import type { TweetBody } from './body.ts';
import { countWords, type Tweet } from './tweet.ts';

/** A value of topic `tweets-processed`: a post about one coin or one rule's tag. */
export interface ProcessedTweet extends TweetBody {
  readonly id: string;
  readonly created_at: string;
  /** Lower-case symbol; null for a rule without a coin. */
  readonly coin: string | null;
  /** The coin, otherwise the rule's tag. */
  readonly tag: string;
  readonly word_count: number;
  /** -1 to 1. */
  readonly sentiment_score: number | null;
  readonly sentiment_label: SentimentLabel | null;
  readonly sentiment_model: string | null;
  readonly source: string | null;
}

/** Makes the record of a post about one subject. Its fields have the order of the dataset's columns; `score` is null without sentiment. */
export function processedTweet(
  tweet: Tweet,
  tag: string,
  coin: string | null,
  score: number | null,
  source: string | null,
): ProcessedTweet {
  const { id, created_at, body } = tweet;
  return {
    id,
    created_at,
    coin,
    tag,
    tags: body.tags,
    kind: body.kind,
    lang: body.lang,
    text: body.text,
    hashtags: body.hashtags,
    cashtags: body.cashtags,
    urls: body.urls,
    author_id: body.author_id,
    username: body.username,
    name: body.name,
    followers_count: body.followers_count,
    verified: body.verified,
    favorite_count: body.favorite_count,
    retweet_count: body.retweet_count,
    reply_count: body.reply_count,
    quote_count: body.quote_count,
    word_count: countWords(body.text),
    sentiment_score: score,
    sentiment_label: score === null ? null : sentimentLabel(score),
    sentiment_model: score === null ? null : SENTIMENT_MODEL,
    source,
  };
}
