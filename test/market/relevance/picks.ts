import { random } from '../../../src/core/util/random.ts';
import type { TweetBody } from '../../../src/market/posts/body.ts';
import type { Pick } from '../../../src/market/relevance/model.ts';
import { readPicks } from '../../../src/market/relevance/read-pick.ts';

export const BODY: TweetBody = {
  tags: [],
  kind: 'original',
  lang: 'en',
  text: 'gas fees again',
  hashtags: [],
  cashtags: [],
  urls: [],
  author_id: '7',
  username: 'ada',
  name: 'Ada',
  followers_count: 120,
  verified: false,
  favorite_count: 0,
  retweet_count: 0,
  reply_count: 0,
  quote_count: 0,
};

/** A value of topic `tweets-processed`. */
export const processed = (id: string, text: string, changes: object = {}) => ({
  id,
  created_at: '2026-03-02T10:00:00.000Z',
  coin: 'eth',
  tag: 'eth',
  ...BODY,
  text,
  source: 'x',
  ...changes,
});

const WORDS = ['gas', 'bridge', 'audit', 'meme', 'moon', 'chart', 'support', 'wallet', 'fork', 'staking'];

/** Picks of a user who likes posts about audits and staking, nine times of ten. */
export function userPicks(count: number, seed = 1): readonly Pick[] {
  const { pick, chance } = random(seed, 'picks');
  return Array.from({ length: count }, (_, at) => {
    const words = Array.from({ length: 4 }, () => pick(WORDS));
    const likes = words.includes('audit') || words.includes('staking');
    const value = processed(String(at + 1), `${words.join(' ')} ${at}`);
    return readPicks(value, JSON.stringify(value), likes !== chance(0.1))[0]!;
  });
}
