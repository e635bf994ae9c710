import { HOUR } from '../core/time.ts';

/** What a topic is made with when nobody says otherwise (DESIGN section 2). */
export interface TopicDefaults {
  readonly partitions: number;
  /** Milliseconds; undefined keeps records for good. */
  readonly retentionMs: number | undefined;
  readonly compacted: boolean;
  /** Further settings in Kafka's words; the embedded log has none of them. */
  readonly config?: Readonly<Record<string, string>>;
}

const kept = (partitions: number, hours: number): TopicDefaults => ({
  partitions,
  retentionMs: hours * HOUR,
  compacted: false,
});
const compacted = (partitions: number, hours?: number): TopicDefaults => ({
  partitions,
  retentionMs: hours === undefined ? undefined : hours * HOUR,
  compacted: true,
});

/**
 * Compacted as soon as possible: an API that repeats cached answers would fill the topic with copies. The values are
 * those of the lake-house project's topic (its README); Kafka's own would wait for half of a segment of a week.
 */
const ASAP = {
  'min.cleanable.dirty.ratio': '0.001',
  'segment.ms': '10000',
  'max.compaction.lag.ms': '10000',
};

/** Where what a stage cannot use goes. */
export const REJECTS = 'rejects';

/** Every topic the pipeline knows by name. */
export const TOPICS = {
  tweets: kept(3, 24),
  'tweets-processed': kept(3, 24),
  'prices-coinmarketcap': { ...compacted(1, 48), config: ASAP },
  'prices-wallex': kept(1, 48),
  'prices-file': kept(1, 48),
  prices: kept(3, 24),
  candles: compacted(3),
  'market-cap': compacted(1),
  gaps: kept(1, 7 * 24),
  decisions: kept(3, 24),
  late: kept(1, 24),
  [REJECTS]: kept(1, 24),
} as const satisfies Record<string, TopicDefaults>;

/** Topics of projects that are taken over, made together by `topics create --preset NAME`. */
export const PRESETS = {
  'lake-house': {
    coin_market_cap: { ...compacted(1, 48), config: ASAP },
    wallex: kept(1, 48),
  },
} as const satisfies Record<string, Readonly<Record<string, TopicDefaults>>>;

/** The defaults of a topic that the pipeline knows; undefined for a name of one's own. */
export function knownDefaults(name: string): TopicDefaults | undefined {
  return Object.hasOwn(TOPICS, name) ? (TOPICS as Record<string, TopicDefaults>)[name] : undefined;
}

/** The defaults of a topic by its name; a topic with a name of its own gets those of `tweets`. */
export function topicDefaults(name: string): TopicDefaults {
  return knownDefaults(name) ?? TOPICS.tweets;
}
