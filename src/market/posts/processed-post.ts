import type { CoinEvidence } from '../text/coins/mentions.ts';
import { type SentimentLabel, sentimentLabel } from '../text/sentiment.ts';
import type { Tweet, TweetBody } from './body.ts';
import { countWords } from './tweet.ts';

/** A value of topic `tweets-processed`: a post about one coin or one rule's tag. */
export interface ProcessedTweet extends TweetBody {
  readonly id: string;
  readonly created_at: string;
  /** Lower-case symbol; null for a rule without a coin. */
  readonly coin: string | null;
  /** The coin, otherwise the rule's tag. */
  readonly tag: string;
  readonly coin_why: CoinEvidence | null;
  readonly word_count: number;
  /** -1 to 1. */
  readonly sentiment_score: number | null;
  readonly sentiment_label: SentimentLabel | null;
  readonly sentiment_model: string | null;
  readonly source: string | null;
  /** When it was read; null if unknown. */
  readonly received_at: string | null;
  /** See `botMarks`. */
  readonly bot_marks: readonly string[];
  /** Probability that the user likes it; absent without a model. */
  readonly relevance?: number;
}

/** A score and the name of its model. */
export interface PostSentiment {
  readonly score: number;
  readonly model: string;
}

/** What a record is about. */
export interface PostSubject {
  /** The coin, otherwise the rule's tag. */
  readonly tag: string;
  readonly coin: string | null;
  /** What shows that the post is about the coin; null without one. */
  readonly why: CoinEvidence | null;
}

/** What is known of a post besides its text. */
export interface PostHeaders {
  readonly source?: string | undefined;
  readonly received_at?: string | undefined;
}

/** Makes the record of a post about one subject. Its fields have the order of the dataset's columns; `sentiment` is null without a score. */
export function processedTweet(
  tweet: Tweet,
  { tag, coin, why }: PostSubject,
  sentiment: PostSentiment | null,
  { source, received_at }: PostHeaders,
  bot_marks: readonly string[],
  relevance?: number,
): ProcessedTweet {
  const { id, created_at, body } = tweet;
  return {
    id,
    created_at,
    coin,
    tag,
    coin_why: why,
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
    sentiment_score: sentiment === null ? null : sentiment.score,
    sentiment_label: sentiment === null ? null : sentimentLabel(sentiment.score),
    sentiment_model: sentiment === null ? null : sentiment.model,
    source: source ?? null,
    received_at: received_at ?? null,
    bot_marks,
    ...(relevance !== undefined && { relevance }),
  };
}
