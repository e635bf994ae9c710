import { FEEDS, type Feed, feedOf } from './feeds.ts';

/** The settings that a topic is created with when the user names none. */
export type TopicDefaults = Pick<Feed, 'partitions' | 'retentionMs' | 'compacted' | 'config'>;

const settingsOf = ({ partitions, retentionMs, compacted, config }: Feed): TopicDefaults => ({
  partitions,
  retentionMs,
  compacted,
  ...(config === undefined ? {} : { config }),
});

/** Where a stage puts records that it cannot use. */
export const REJECTS = 'rejects';

/** Topics of projects that are taken over, created together by `topics create --preset NAME`. */
export const PRESETS = {
  'lake-house': {
    coin_market_cap: settingsOf(FEEDS['prices-coinmarketcap']),
    wallex: settingsOf(FEEDS['prices-wallex']),
  },
} as const satisfies Record<string, Readonly<Record<string, TopicDefaults>>>;

/** The defaults of a topic that the catalogue lists; undefined for any other name. */
export function knownDefaults(name: string): TopicDefaults | undefined {
  const feed = feedOf(name);
  return feed && settingsOf(feed);
}

/** The defaults of a topic by its name; a topic that the catalogue does not list gets those of `tweets`. */
export const topicDefaults = (name: string): TopicDefaults => knownDefaults(name) ?? settingsOf(FEEDS.tweets);
