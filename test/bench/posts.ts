/** The posts of the reference workload, in shape and size (about 1.4 kB, 50 coins). */

const COINS = (
  'btc eth bnb xrp sol ada doge trx dot ltc shib avax link uni atom xmr etc xlm bch fil apt near algo vet icp ' +
  'hbar qnt ape egld sand mana theta axs xtz aave eos flow ftm kcs chz zec mkr snx neo dash comp bat enj crv yfi'
).split(' ');
const PLAIN = (
  'bitcoin price market today chart trading volume support resistance the a to of and in for on with is are was ' +
  'this that it we they coin token exchange wallet chain block fee network update news report week month level ' +
  'trend signal holders supply whales usd etf fund bank rate fed data'
).split(' ');
const FEELING = (
  'great terrible love hate awesome awful good bad win loss happy sad pump crash scam amazing horrible :) :( LOL ' +
  'not never very extremely bullish bearish strong weak fear greed hope best worst huge disaster excited worried ' +
  'safe risky !!! 🚀 😭 😂'
).split(' ');
/** 2026-03-01T00:00:00Z. */
const START = 1_772_323_200_000;

/** Mulberry32: 0 up to 1, the same for a seed on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` v2 stream lines, one each `everyMs`, the same at each call. */
export function* benchPosts(count: number, everyMs = 500): Iterable<string> {
  const random = randomNumbers(2);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = (words: readonly string[]): string => words[below(words.length)]!;
  for (let i = 0; i < count; i++) {
    const coin = COINS[Math.min(49, Math.floor(-Math.log(1 - random()) * 5))]!;
    const author = String(10 ** 9 + below(40_000));
    const id = String(1_890_000_000_000_000_000n + BigInt(i) * 4_194_304n);
    const words = Array.from({ length: 12 + below(27) }, () => pick(random() < 0.25 ? FEELING : PLAIN));
    const hasUrl = i % 3 === 0;
    const text = `${words.join(' ')} $${coin.toUpperCase()} #${coin}${hasUrl ? ` https://t.co/${author}` : ''}`;
    const url = {
      start: 1,
      end: 24,
      url: `https://t.co/${author}`,
      expanded_url: `https://example.org/${coin}/${i}`,
      display_url: `example.org/${coin}`,
      status: 200,
      title: words.slice(0, 8).join(' '),
    };
    yield JSON.stringify({
      data: {
        id,
        text,
        created_at: new Date(START + i * everyMs).toISOString(),
        author_id: author,
        conversation_id: id,
        lang: i % 8 === 0 ? 'es' : 'en',
        possibly_sensitive: false,
        reply_settings: 'everyone',
        edit_history_tweet_ids: [id],
        public_metrics: {
          retweet_count: below(50),
          reply_count: below(20),
          like_count: below(500),
          quote_count: below(9),
          bookmark_count: below(9),
          impression_count: below(90_000),
        },
        entities: {
          hashtags: [{ start: text.length - 8, end: text.length, tag: coin }],
          cashtags: [{ start: text.length - 14, end: text.length - 9, tag: coin.toUpperCase() }],
          urls: hasUrl ? [url] : [],
          annotations: [{ start: 0, end: 5, probability: 0.91, type: 'Other', normalized_text: words[0] }],
        },
        context_annotations: [
          {
            domain: {
              id: '131',
              name: 'Unified Twitter Taxonomy',
              description: 'A taxonomy of user interests.',
            },
            entity: { id: '1007360414114435072', name: `${coin} cryptocurrency` },
          },
        ],
      },
      includes: {
        users: [
          {
            id: author,
            name: `User ${author}`,
            username: `u${author}`,
            created_at: '2019-05-01T12:00:00.000Z',
            verified: i % 17 === 0,
            description: words.slice(0, 10).join(' '),
            location: 'Barcelona',
            public_metrics: {
              followers_count: below(100_000),
              following_count: below(2000),
              tweet_count: below(50_000),
              listed_count: below(90),
            },
          },
        ],
      },
      matching_rules: [{ id: `18${String(i % 50).padStart(17, '0')}`, tag: coin }],
    });
  }
}
