import { joinKey } from '../../core/text/key.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import type { PostBucket } from './post-bucket.ts';
import { type Sentiment, sentimentOf } from './sentiment-sums.ts';

/** The price columns, all of one series: a quote currency and a source. */
export interface MarketFacts {
  readonly price_quote: string | null;
  readonly price_source: string | null;
  readonly log_return: number | null;
  readonly realised_volatility: number | null;
  readonly price_range: number | null;
  readonly volume: number | null;
  readonly trades: number | null;
}

/** A value of topic `signals`. */
export type Signal = MarketFacts & {
  readonly coin: string;
  readonly window: string;
  readonly window_start: string;
  readonly window_end: string;
  readonly slide: string | null;
  readonly posts: number;
  readonly attention_z: number | null;
  readonly available_at: string;
  readonly revision: number;
  readonly final: boolean;
  readonly [column: string]: unknown;
};

export interface SignalSpan {
  /** `10m`. */
  readonly name: string;
  readonly start: Millis;
  readonly end: Millis;
}

export interface SignalParts {
  readonly coin: string;
  readonly span: SignalSpan;
  /** `1m` for a sliding window. */
  readonly slide: string | null;
  readonly posts: PostBucket;
  readonly market: MarketFacts;
  readonly postsSeen: number | null;
  readonly attentionZ: number | null;
  readonly availableAt: Millis;
  readonly revision: number;
}

/** Hashtags of a row. */
const TOP_HASHTAGS = 5;

const sentimentColumns = (sentiment: Sentiment, suffix: string) => ({
  [`sentiment_n${suffix}`]: sentiment.n,
  [`sentiment_mean${suffix}`]: sentiment.mean,
  [`sentiment_se${suffix}`]: sentiment.se,
  [`bullishness${suffix}`]: sentiment.bullishness,
  [`agreement${suffix}`]: sentiment.agreement,
  [`sentiment_weighted${suffix}`]: sentiment.weighted,
});

export function toSignal(parts: SignalParts): Signal {
  const { coin, span, posts, market } = parts;
  const { all, clean, marks, hashtags, followers } = posts;
  const authors = posts.authors.count;
  const hasAuthors = authors > 0 || all.posts === 0;
  return {
    coin,
    window: span.name,
    window_start: formatTime(span.start),
    window_end: formatTime(span.end),
    slide: parts.slide,
    available_at: formatTime(parts.availableAt),
    posts: all.posts,
    posts_clean: clean.posts,
    authors: hasAuthors ? authors : null,
    new_authors: hasAuthors ? posts.firsts : null,
    posts_seen: parts.postsSeen,
    attention_z: parts.attentionZ,
    ...sentimentColumns(sentimentOf(all), ''),
    ...sentimentColumns(sentimentOf(clean), '_clean'),
    price_quote: market.price_quote,
    price_source: market.price_source,
    log_return: market.log_return,
    realised_volatility: market.realised_volatility,
    price_range: market.price_range,
    volume: market.volume,
    trades: market.trades,
    top_hashtags: Object.fromEntries(hashtags.top(TOP_HASHTAGS).map(({ word, count }) => [word, count])),
    followers_p50: followers.quantile(0.5),
    followers_p90: followers.quantile(0.9),
    followers_p99: followers.quantile(0.99),
    bot_posts: marks.get('bot') ?? 0,
    fast_posts: marks.get('fast') ?? 0,
    duplicate_posts: marks.get('duplicate') ?? 0,
    cashtag_posts: marks.get('cashtags') ?? 0,
    airdrop_posts: marks.get('airdrop') ?? 0,
    revision: parts.revision,
    final: true,
  };
}

/** Record key of topic `signals`. */
export const signalKey = ({ coin, window, window_start }: Signal): string =>
  `${joinKey(coin)}|${window}|${window_start}`;
