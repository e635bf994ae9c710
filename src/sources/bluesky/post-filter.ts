import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject } from '../../core/util/json.ts';
import type { TweetBody } from '../../market/posts/body.ts';
import { readBlueskyRecord } from '../../market/posts/networks/bluesky-record.ts';
import type { JetstreamEvent } from '../../market/posts/networks/jetstream.ts';
import { unlistedCoins } from '../../market/text/coins.ts';
import { findCoins } from '../../market/text/find-coins.ts';

/** Whether a post names one of the coins: any known coin if none is named. Throws InvalidRecord. */
export type PostFilter = (post: JetstreamEvent) => boolean;

export function postFilter(coins: readonly string[], allPosts: boolean): PostFilter {
  const unlisted = unlistedCoins(coins);
  const isTagged = ({ cashtags, hashtags }: TweetBody): boolean =>
    unlisted.length > 0 && [...cashtags, ...hashtags].some((tag) => unlisted.includes(tag.toLowerCase()));
  return ({ did = '', body: { record } }) => {
    if (!isObject(record)) throw new InvalidRecord('record: missing');
    const body = readBlueskyRecord(record, did, undefined, []);
    if (allPosts) return true;
    const found = findCoins(body);
    return coins.length === 0
      ? found.length > 0
      : found.some(({ coin }) => coins.includes(coin)) || isTagged(body);
  };
}
