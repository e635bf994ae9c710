import { describe, expect, test } from 'vitest';
import { readTweet } from '../../../src/market/posts/tweet.ts';

const POST = {
  created_at: 'Mon Mar 02 10:15:22 +0000 2026',
  id: 2028413847466934300,
  id_str: '2028413847466934395',
  text: '$BTC &amp; #bitcoin https://t.co/abc',
  source: '<a href="https://x.example">X</a>',
  truncated: false,
  in_reply_to_status_id: null,
  in_reply_to_status_id_str: null,
  user: {
    id: 44196000,
    id_str: '44196000',
    name: 'Fan',
    screen_name: 'satoshi_fan',
    verified: true,
    followers_count: 1520,
    lang: null,
  },
  is_quote_status: false,
  retweet_count: 1,
  reply_count: 2,
  favorite_count: 3,
  quote_count: 4,
  entities: {
    hashtags: [{ text: 'bitcoin', indices: [7, 15] }],
    symbols: [{ text: 'BTC', indices: [0, 4] }],
    urls: [{ url: 'https://t.co/abc', expanded_url: 'https://example.org/x', indices: [16, 32] }],
    user_mentions: [],
  },
  lang: 'en',
  timestamp_ms: '1772446522123',
};

const body = (changes: object = {}) => readTweet({ ...POST, ...changes }).body;

describe('a v1.1 post', () => {
  test('every field is read', () =>
    expect(body()).toEqual({
      tags: [],
      kind: 'original',
      lang: 'en',
      text: '$BTC & #bitcoin https://t.co/abc',
      hashtags: ['bitcoin'],
      cashtags: ['BTC'],
      urls: ['https://example.org/x'],
      author_id: '44196000',
      username: 'satoshi_fan',
      name: 'Fan',
      followers_count: 1520,
      verified: true,
      favorite_count: 3,
      retweet_count: 1,
      reply_count: 2,
      quote_count: 4,
    }));

  test('a long post has its full text in extended_tweet', () =>
    expect(
      body({
        text: 'cut…',
        truncated: true,
        extended_tweet: {
          full_text: 'the whole &lt;3',
          entities: { hashtags: [{ text: 'eth' }], symbols: [], urls: [] },
        },
      }),
    ).toMatchObject({ text: 'the whole <3', hashtags: ['eth'], cashtags: [], urls: [] }));

  test('extended mode has full_text instead of text', () =>
    expect(body({ text: undefined, full_text: 'the whole' }).text).toBe('the whole'));

  test("a retweet has the original's full text and tags, and its own counts", () => {
    const original = {
      ...POST,
      id_str: '7',
      text: 'cut…',
      favorite_count: 999,
      extended_tweet: { full_text: 'the whole', entities: { symbols: [{ text: 'ETH' }] } },
    };
    expect(body({ text: 'RT @fan: cut…', retweeted_status: original, favorite_count: 0 })).toMatchObject({
      kind: 'retweet',
      text: 'the whole',
      cashtags: ['ETH'],
      hashtags: [],
      favorite_count: 0,
    });
  });

  test.each([
    [{ in_reply_to_status_id_str: '7' }, 'reply'],
    [{ in_reply_to_status_id: 7 }, 'reply'],
    [{ is_quote_status: true, in_reply_to_status_id_str: '7' }, 'quote'],
    [{ quoted_status: { id_str: '7' } }, 'quote'],
    [{ retweeted_status: { text: 'x' }, is_quote_status: true }, 'retweet'],
  ])('%j makes it a %s', (changes, kind) => expect(body(changes).kind).toBe(kind));

  test('a numeric author id is read only if it is exact', () => {
    expect(body({ user: { id: 44196000 } }).author_id).toBe('44196000');
    expect(body({ user: { id: 2 ** 60 } }).author_id).toBeNull();
  });

  test('a post without user and entities leaves nulls and empty lists', () =>
    expect(body({ user: undefined, entities: undefined, text: 'gm' })).toMatchObject({
      username: null,
      followers_count: null,
      hashtags: [],
      urls: [],
    }));
});
