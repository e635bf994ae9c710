import type { NewRecord } from '../../../src/core/stream/record.ts';
import { random } from '../../../src/core/util/random.ts';
import { formatTime, type Millis } from '../../../src/core/util/time.ts';
import { COINS } from '../../../src/market/text/coin-list.ts';
import { PHRASES } from '../../../src/sources/sample/phrases.ts';
import { snowflake } from '../../../src/sources/sample/post.ts';

/** Maximum disorder of posts. */
const DISORDER: Millis = 20_000;
/** Repeats are picked from this many of the latest posts. */
const RECENT = 2000;
const SYMBOLS = COINS.map(({ symbol }) => symbol);

const HEADERS = { source: 'x-kill-test', schema: 'tweet/1' } as const;

const user = (id: string, followers: number) => ({
  id,
  name: `Sample User ${id}`,
  username: `sample_user_${id}`,
  created_at: '2019-05-01T12:00:00.000Z',
  verified: followers > 90_000,
  description: 'Charts, coins and coffee. Nothing here is advice.',
  public_metrics: { followers_count: followers, following_count: 212, tweet_count: 4096, listed_count: 7 },
});

/** Posts in X's v2 stream format, about 1 kB: several coins, some retweets, one in forty repeats an earlier line. */
export function posts(seed: number): (now: Millis) => NewRecord {
  const draw = random(seed, 'posts');
  const recent: NewRecord[] = [];
  let count = 0;

  function words(): { text: string; lang: string; coins: string[] } {
    const { lang, good, bad, plain } = draw.pick(PHRASES);
    const coins = Array.from({ length: 1 + draw.below(3) }, () => draw.pick(SYMBOLS));
    const sentences = Array.from({ length: 2 + draw.below(3) }, () =>
      draw.pick(draw.pick([good, bad, plain])),
    );
    const marks = coins.map((coin) => `${draw.pick(['$', '#'])}${coin.toUpperCase()}`).join(' ');
    const sentence = sentences.join('. ').replaceAll('{coin}', `$${coins[0]!.toUpperCase()}`);
    return { text: `${sentence.replaceAll('{price}', String(draw.below(100_000)))} ${marks}`, lang, coins };
  }

  return (now) => {
    if (recent.length === RECENT && draw.chance(1 / 40)) return draw.pick(recent);
    const time = now - draw.below(DISORDER);
    const id = snowflake(time, count);
    const author = String(9_000_000_000 + draw.below(4000));
    const { text, lang, coins } = words();
    const original = draw.chance(0.15) ? { id: snowflake(time - 3_600_000, count), text } : undefined;
    const line = {
      data: {
        id,
        text: original ? `RT @sample_user: ${text.slice(0, 80)}…` : text,
        created_at: formatTime(time),
        author_id: author,
        conversation_id: original?.id ?? id,
        lang,
        edit_history_tweet_ids: [id],
        public_metrics: {
          retweet_count: draw.below(50),
          reply_count: draw.below(20),
          like_count: draw.below(500),
        },
        entities: {
          cashtags: coins.map((tag) => ({ start: 0, end: tag.length + 1, tag: tag.toUpperCase() })),
        },
        ...(original && { referenced_tweets: [{ type: 'retweeted', id: original.id }] }),
      },
      includes: { users: [user(author, draw.below(100_000))], ...(original && { tweets: [original] }) },
      matching_rules: [{ id: '1929000000000000001', tag: coins[0] }],
    };
    const record = {
      topic: 'tweets',
      partitionKey: id,
      key: id,
      value: JSON.stringify(line),
      headers: HEADERS,
    };
    recent[count++ % RECENT] = record;
    return record;
  };
}
