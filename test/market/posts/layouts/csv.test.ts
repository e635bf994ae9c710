import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../../src/core/stream/record.ts';
import { missingPostColumns } from '../../../../src/market/posts/layouts/csv.ts';
import { readPostRow } from '../../../../src/market/posts/layouts/read-post-value.ts';
import { readTweet } from '../../../../src/market/posts/tweet.ts';

const read = (row: Record<string, string>) => readTweet(readPostRow(row).value);

describe('a CSV of posts', () => {
  const KAGGLE = {
    user_name: 'ann',
    user_followers: '8534.0',
    user_verified: 'False',
    date: '2021-02-10 23:59:04',
    text: 'great day for #bitcoin https://t.co/x',
    hashtags: "['bitcoin', 'BTC']",
    source: 'Twitter Web App',
    is_retweet: 'False',
  };

  test("Kaggle's Bitcoin tweets have no id: their time, author and text make one", () => {
    const tweet = read(KAGGLE);
    expect(tweet).toMatchObject({
      created_at: '2021-02-10T23:59:04.000Z',
      body: {
        kind: 'original',
        text: KAGGLE.text,
        username: 'ann',
        followers_count: 8534,
        verified: false,
        hashtags: ['bitcoin', 'BTC'],
      },
    });
    expect(tweet.id).toMatch(/^\d{19}$/);
    expect(read({ ...KAGGLE }).id).toBe(tweet.id);
    expect(read({ ...KAGGLE, text: 'another' }).id).not.toBe(tweet.id);
    expect(read({ ...KAGGLE, is_retweet: 'True' }).body.kind).toBe('retweet');
  });

  test('twint has day and time in two columns', () =>
    expect(
      read({
        id: '1929115705144246273',
        conversation_id: '1',
        date: '2021-02-10',
        time: '23:59:04',
        user_id: '9',
        username: 'ann',
        name: 'Ann',
        tweet: 'bitcoin',
        language: 'en',
        replies_count: '1',
        retweets_count: '2',
        likes_count: '3',
        hashtags: '[]',
        cashtags: "['btc']",
      }),
    ).toMatchObject({
      id: '1929115705144246273',
      created_at: '2021-02-10T23:59:04.000Z',
      body: {
        lang: 'en',
        author_id: '9',
        reply_count: 1,
        retweet_count: 2,
        favorite_count: 3,
        cashtags: ['btc'],
      },
    }));

  test.each([
    [{ Datetime: '2021-02-10 23:59:04+00:00', 'Tweet Id': '5', Text: 'btc', Username: 'ann' }],
    [{ id: '5', user: 'ann', fullname: 'Ann', timestamp: '2021-02-10 23:59:04', likes: '1.0', text: 'btc' }],
    [{ id: '5', created_at: '1613001544', text: 'btc', screen_name: 'ann' }],
  ])('known spellings of columns: %j', (row) =>
    expect(read(row as unknown as Record<string, string>)).toMatchObject({
      id: '5',
      created_at: '2021-02-10T23:59:04.000Z',
      body: { text: 'btc', username: 'ann' },
    }),
  );

  test('a count that is none is left empty and named', () =>
    expect(read({ ...KAGGLE, user_followers: '1.2K' }).badFields).toEqual(['followers_count']));

  test('a header without times or texts is refused by what it lacks', () => {
    expect(missingPostColumns(Object.keys(KAGGLE))).toBeUndefined();
    expect(missingPostColumns(['date', 'open', 'close'])).toBe('text');
    expect(missingPostColumns(['a', 'b'])).toBe('created_at and text');
    expect(() => readPostRow({ open: '1' })).toThrow(InvalidRecord);
  });

  test('a row without a readable time is rejected', () =>
    expect(() => read({ ...KAGGLE, date: 'yesterday' })).toThrow(InvalidRecord));
});
