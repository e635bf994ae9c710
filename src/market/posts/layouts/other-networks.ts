import type { Json } from '../../../core/util/json.ts';
import { asObject } from '../fields.ts';

type Test = (value: Json) => boolean;

/** Lines of other networks and services that hold texts, by what only they have. */
const NETWORKS: readonly (readonly [name: string, isOne: Test])[] = [
  [
    'a post of Bluesky',
    ({ uri, $type }) => /^at:\/\//.test(String(uri)) || /^app\.bsky\./.test(String($type)),
  ],
  ['a cast of Farcaster', ({ hash, author }) => hash !== undefined && asObject(author)?.fid !== undefined],
  [
    'a post of Mastodon',
    ({ account, content, uri }) => account !== undefined && content !== undefined && uri !== undefined,
  ],
  ['an activity of Gnip', ({ objectType, verb }) => objectType === 'activity' && verb !== undefined],
  ['a post of Reddit', ({ subreddit }) => subreddit !== undefined],
  [
    'a message of Telegram',
    ({ message_id, from_id, peer_id }) => message_id !== undefined || (from_id ?? peer_id) !== undefined,
  ],
  [
    'a message of StockTwits',
    ({ body, symbols, user }) => body !== undefined && symbols !== undefined && user !== undefined,
  ],
];

/** What a line is that is no post of X; undefined if no known service writes it. */
export const otherNetwork = (value: Json): string | undefined =>
  NETWORKS.find(([, isOne]) => isOne(value))?.[0];
