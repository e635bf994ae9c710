import type { FeedName } from '../../market/catalog/feeds.ts';

/** What a page reads. */
export const PAGE_FEEDS = [
  'candles',
  'tweets-processed',
  'tweets-priced',
  'gaps',
  'market-cap',
  'signals',
] as const satisfies readonly FeedName[];

export type PageFeed = (typeof PAGE_FEEDS)[number];

/** A topic that is being read, and how far. */
export interface Topic {
  readonly feed: PageFeed;
  readonly name: string;
  /** Unique to the topic; empty if the bus has none. */
  readonly identity: string;
  /** The offset to read next, by partition. */
  readonly next: readonly number[];
}
