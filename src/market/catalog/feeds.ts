import { HOUR, MINUTE, type Millis, SECOND } from '../../core/util/time.ts';
import type { DatasetName } from './datasets.ts';

/** What the records of a feed are used as. A feed may have several roles. */
export type FeedRole =
  | 'posts' // posts as the service sent them
  | 'ticks' // prices of coins
  | 'bars' // what happened to a price within a span: open, high, low, close, volume
  | 'rates' // exchange rates; `join` converts ticks with them
  | 'caps' // market caps of coins
  | 'derived'; // output of processors and stages

/** A topic that the pipeline knows by name. */
export interface Feed {
  readonly roles: readonly FeedRole[];
  /** What its record keys are made of. */
  readonly key: string;
  /** Its columns; absent for raw lines, which have none. */
  readonly dataset?: DatasetName;
  readonly partitions: number;
  /** Milliseconds; undefined keeps records forever. */
  readonly retentionMs: Millis | undefined;
  readonly compacted: boolean;
  /** Further topic settings, by Kafka's names; the embedded log ignores them. */
  readonly config?: Readonly<Record<string, string>>;
  /**
   * How far the times of a live source's records may lag the clock, by the record's `source`. A source without an
   * entry (file, sample) may bring any time, so the clock never moves its watermarks.
   */
  readonly delays?: Readonly<Record<string, Millis>>;
  /** Whether it is among the default topics of a lake. */
  readonly inLake?: boolean;
}

const kept = (partitions: number, hours: number) => ({
  partitions,
  retentionMs: hours * HOUR,
  compacted: false,
});
const compacted = (partitions: number, hours?: number) => ({
  partitions,
  retentionMs: hours === undefined ? undefined : hours * HOUR,
  compacted: true,
});

/**
 * Compacts as soon as possible, since an API that repeats cached answers fills the topic with copies. Values of the
 * lake-house project's topic (see its README); Kafka's defaults compact only once half a weekly segment is dirty.
 */
const ASAP = {
  'min.cleanable.dirty.ratio': '0.001',
  'segment.ms': '10000',
  'max.compaction.lag.ms': '10000',
};

/**
 * Every topic that the pipeline knows by name. Topic settings, datasets, source delays and inputs of processors derive
 * from this table.
 */
export const FEEDS = {
  tweets: { roles: ['posts'], key: 'post id', ...kept(3, 24), delays: { x: 30 * SECOND } },
  'posts-bluesky': {
    roles: ['posts'],
    key: 'post id',
    ...kept(3, 24),
    // An author's clock counts if it is at most 10 minutes behind.
    delays: { bluesky: 10 * MINUTE + 30 * SECOND },
  },
  'tweets-processed': {
    roles: ['derived'],
    key: 'post id',
    dataset: 'tweets-processed',
    ...kept(3, 24),
    inLake: true,
  },
  'posts-nostr': {
    roles: ['posts'],
    key: 'post id',
    ...kept(3, 24),
    // Relays pass posts on within seconds; the clocks of authors differ.
    delays: { nostr: 2 * MINUTE },
  },
  'tweets-priced': {
    roles: ['derived'],
    key: 'post id',
    dataset: 'tweets-priced',
    ...kept(3, 24),
    inLake: true,
  },
  'prices-coinmarketcap': {
    roles: ['ticks', 'caps'],
    key: 'pair@time',
    dataset: 'quotes',
    ...compacted(1, 48),
    config: ASAP,
    // Times are whole minutes, and answers are cached for up to 5 minutes.
    delays: { coinmarketcap: 6 * MINUTE },
  },
  'prices-coingecko': {
    roles: ['ticks', 'caps'],
    key: 'pair@time',
    dataset: 'quotes',
    ...compacted(1, 48),
    config: ASAP,
    // CoinGecko caches answers for a minute, and a coin's price may be older than its answer.
    delays: { coingecko: 4 * MINUTE },
  },
  'prices-file': {
    roles: ['ticks', 'caps'],
    key: 'pair@time, pair@trade_id',
    dataset: 'quotes',
    ...kept(1, 48),
  },
  'prices-wallex': {
    roles: ['rates'],
    key: 'pair@time',
    dataset: 'quotes',
    ...kept(1, 48),
    // Its times are poll times.
    delays: { wallex: 5 * SECOND },
  },
  'prices-coinbase': {
    roles: ['ticks'],
    key: 'pair@trade_id',
    dataset: 'quotes',
    ...kept(1, 48),
    delays: { coinbase: 5 * SECOND },
  },
  'prices-kraken': {
    roles: ['ticks'],
    key: 'pair@trade_id',
    dataset: 'quotes',
    ...kept(1, 48),
    delays: { kraken: 5 * SECOND },
  },
  'bars-file': {
    roles: ['bars'],
    key: 'source|base|quote|interval@start',
    dataset: 'bars',
    // As many as `prices`: candles reads both.
    ...compacted(3),
    inLake: true,
  },
  'bars-binance': {
    roles: ['bars'],
    key: 'source|base|quote|interval@start',
    dataset: 'bars',
    ...compacted(3),
    // A bar's time is its end; its final values come within about 2 s.
    delays: { binance: 5 * SECOND },
    inLake: true,
  },
  prices: { roles: ['derived'], key: 'coin|quote|time', dataset: 'prices', ...kept(3, 24), inLake: true },
  candles: {
    roles: ['derived'],
    key: 'coin|quote|source|window|start',
    dataset: 'candles',
    ...compacted(3),
    inLake: true,
  },
  'market-cap': {
    roles: ['derived'],
    key: 'quote|time',
    dataset: 'market-cap',
    ...compacted(1),
    inLake: true,
  },
  signals: {
    roles: ['derived'],
    key: 'coin|window|start',
    dataset: 'signals',
    ...compacted(3),
    inLake: true,
  },
  'posts-seen': {
    roles: ['derived'],
    key: 'source@from',
    dataset: 'posts-seen',
    // As many as `tweets-processed`; each partition gets every record.
    ...kept(3, 7 * 24),
  },
  gaps: { roles: ['derived'], key: 'source@from', dataset: 'gaps', ...kept(1, 7 * 24) },
  decisions: { roles: ['derived'], key: 'post id', dataset: 'decisions', ...kept(3, 24) },
  late: { roles: ['derived'], key: 'as read', dataset: 'late', ...kept(1, 24) },
  rejects: { roles: ['derived'], key: 'as read', dataset: 'rejects', ...kept(1, 24) },
} as const satisfies Readonly<Record<string, Feed>>;

export type FeedName = keyof typeof FEEDS;

const rows: readonly (readonly [FeedName, Feed])[] = Object.entries(FEEDS) as [FeedName, Feed][];
const where = (matches: (feed: Feed) => boolean): readonly FeedName[] =>
  rows.filter(([, feed]) => matches(feed)).map(([name]) => name);

/** The feed of a topic; undefined for a topic that the catalogue does not list. */
export const feedOf = (topic: string): Feed | undefined =>
  Object.hasOwn(FEEDS, topic) ? FEEDS[topic as FeedName] : undefined;

/** The topics with a role, in the order of the catalogue. */
export const topicsWith = (role: FeedRole): readonly FeedName[] => where(({ roles }) => roles.includes(role));

/** The topics whose values have the columns of a dataset. */
export const topicsOf = (dataset: DatasetName): readonly FeedName[] =>
  where((feed) => feed.dataset === dataset);

/** The default topics of a lake. */
export const LAKE_TOPICS: readonly FeedName[] = where(({ inLake }) => inLake === true);

/** How far the times of each live source may lag the clock. */
export const SOURCE_DELAYS: Readonly<Record<string, Millis>> = Object.assign(
  {},
  ...rows.map(([, { delays }]) => delays),
);
