import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { countWords, readTweet, tweetId, tweetTime } from '../../../src/market/posts/tweet.ts';

const V2 = {
  data: { id: '1790000000000000001', text: 'gm', created_at: '2026-03-02T10:15:22.000Z' },
};
const V1 = {
  created_at: 'Wed Oct 10 20:19:24 +0000 2018',
  id: 1050118621198921700,
  id_str: '1050118621198921728',
  text: 'gm',
};

const reason = (value: unknown): string => {
  try {
    readTweet(value);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidRecord);
    return (error as Error).message;
  }
  return 'read';
};

describe('readTweet', () => {
  test('reads a v2 object that has the default fields and a time', () =>
    expect(readTweet(V2)).toEqual({
      id: '1790000000000000001',
      time: Date.UTC(2026, 2, 2, 10, 15, 22),
      created_at: '2026-03-02T10:15:22.000Z',
      body: {
        tags: [],
        kind: 'original',
        lang: null,
        text: 'gm',
        hashtags: [],
        cashtags: [],
        urls: [],
        author_id: null,
        username: null,
        name: null,
        followers_count: null,
        verified: null,
        favorite_count: null,
        retweet_count: null,
        reply_count: null,
        quote_count: null,
      },
      badFields: [],
    }));

  test('reads a v1.1 object by its text id; its time becomes ISO 8601', () =>
    expect(readTweet(V1)).toMatchObject({
      id: '1050118621198921728',
      created_at: '2018-10-10T20:19:24.000Z',
      time: Date.UTC(2018, 9, 10, 20, 19, 24),
      body: { text: 'gm' },
    }));

  test('a missing time is taken from the id', () => {
    const { data } = V2;
    expect(readTweet({ data: { id: data.id, text: 'gm' } }).created_at).toBe('2024-05-13T12:43:51.248Z');
    expect(readTweet({ ...V1, created_at: undefined }).created_at).toBe('2018-10-10T20:19:24.211Z');
  });

  test.each([
    ['2026-03-02T10:15:22Z', '2026-03-02T10:15:22.000Z'],
    ['2026-03-02T13:45:22.5+03:30', '2026-03-02T10:15:22.500Z'],
  ])('time %s is written as %s', (created_at, expected) =>
    expect(readTweet({ data: { ...V2.data, created_at } }).created_at).toBe(expected),
  );

  test('a post beside errors is read', () =>
    expect(readTweet({ ...V2, errors: [{ title: 'Not Found Error' }] }).id).toBe(V2.data.id));

  test('unknown fields are ignored', () =>
    expect(readTweet({ ...V2, later: 1, data: { ...V2.data, edit_history_post_ids: ['1'] } }).id).toBe(
      V2.data.id,
    ));

  test.each([
    ['no object', 5, 'not an object'],
    ['null', null, 'not an object'],
    ['a list', [V2], 'not an object'],
    ['data that is no object', { data: 'x' }, 'data: not an object'],
    ['an empty object', {}, 'id_str is missing'],
    ['no id', { data: { text: 'gm' } }, 'data.id is missing'],
    ['an id that is a word', { data: { ...V2.data, id: 'abc' } }, 'data.id: "abc" is not a post id'],
    ['no text', { data: { ...V2.data, text: undefined } }, 'data.text: nothing is not a text'],
    ['a text that is a number', { ...V1, text: 5 }, 'text: 5 is not a text'],
    [
      'a text longer than any post',
      { ...V1, text: 'x'.repeat(100_001) },
      'text: 100001 characters are more than a post can have',
    ],
    ['a broken time', { ...V1, created_at: 'yesterday' }, 'created_at: "yesterday" is not a time'],
    ['a time of a wrong kind', { ...V1, created_at: 5 }, 'created_at: 5 is not a time'],
    [
      'no time and an id without one',
      { data: { id: '20', text: 'gm' } },
      'created_at: nothing is not a time',
    ],
  ])('%s is refused with the reason', (_, value, expected) => expect(reason(value)).toBe(expected));

  test.each([[-1], ['-'], ['1.2K'], ['NaN'], ['5'], [1.5], [2 ** 53]])(
    'a count of %j is left empty and named; the post is kept',
    (retweet_count) => {
      const { body, badFields } = readTweet({ ...V1, retweet_count });
      expect([body.retweet_count, badFields]).toEqual([null, ['retweet_count']]);
    },
  );

  test('a numeric id above 2^53 is rejected: its last digits are lost', () =>
    expect(reason({ ...V1, id_str: undefined })).toMatch(/above 2\^53/));

  test('a numeric id below 2^53 is exact', () =>
    expect(readTweet({ ...V1, id_str: undefined, id: 29_700_859_247 }).id).toBe('29700859247'));
});

test('tweetId reads the id of either shape', () => {
  expect(tweetId(V2)).toBe('1790000000000000001');
  expect(tweetId(V1)).toBe('1050118621198921728');
  expect(() => tweetId({})).toThrow(InvalidRecord);
});

test('tweetTime reads the event time of either shape, NaN for anything else', () => {
  expect(tweetTime(V2)).toBe(readTweet(V2).time);
  expect(tweetTime(V1)).toBe(readTweet(V1).time);
  expect(tweetTime({ data: { id: '1790000000000000001' } })).toBe(1715604231248);
  for (const value of [null, 5, {}, [], { data: [] }, { delete: {} }]) expect(tweetTime(value)).toBeNaN();
});

test.each([
  ['', 0],
  ['   ', 0],
  ['one', 1],
  ['two  words', 2],
  [' a\nb\tc ', 3],
  ['with https://a.example/b 🚀🚀', 3],
])('%j has %i words', (text, count) => expect(countWords(text)).toBe(count));
