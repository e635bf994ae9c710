const HOUR = 3_600_000;

/** What a topic is made with when nobody says otherwise (DESIGN section 2). */
export interface TopicDefaults {
  readonly partitions: number;
  /** Milliseconds; undefined keeps records for good. */
  readonly retentionMs: number | undefined;
  readonly compacted: boolean;
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

/** Every topic the pipeline knows by name. */
export const TOPICS = {
  tweets: kept(3, 24),
  'tweets-processed': kept(3, 24),
  'prices-coinmarketcap': compacted(1, 48),
  'prices-wallex': kept(1, 48),
  'prices-file': kept(1, 48),
  prices: kept(3, 24),
  candles: compacted(3),
  'market-cap': compacted(1),
  late: kept(1, 24),
  rejects: kept(1, 24),
} as const satisfies Record<string, TopicDefaults>;

/** The defaults of a topic by its name; a topic with a name of its own gets those of `tweets`. */
export function topicDefaults(name: string): TopicDefaults {
  return (TOPICS as Record<string, TopicDefaults>)[name] ?? TOPICS.tweets;
}
