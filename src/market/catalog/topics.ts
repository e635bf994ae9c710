import { FEEDS, type Feed, feedOf } from './feeds.ts';

/** The settings of a new topic unless the user gives others. */
export type TopicDefaults = Pick<Feed, 'partitions' | 'retentionMs' | 'compacted' | 'config'>;

const settingsOf = ({ partitions, retentionMs, compacted, config }: Feed): TopicDefaults => ({
  partitions,
  retentionMs,
  compacted,
  ...(config === undefined ? {} : { config }),
});

/** The topic for records that a stage cannot use. */
export const REJECTS = 'rejects';
export const GAPS = 'gaps';

/** Topics of migrated projects; `topics create --preset NAME` creates them together. */
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

/** The defaults of a topic; one that the catalogue does not list gets those of `tweets`. */
export const topicDefaults = (name: string): TopicDefaults => knownDefaults(name) ?? settingsOf(FEEDS.tweets);
