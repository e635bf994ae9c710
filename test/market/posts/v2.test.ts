import { describe, expect, test } from 'vitest';
import { readTweet } from '../../../src/market/posts/tweet.ts';

/** A v2 stream object with the requested expansions. */
const POST = {
  data: {
    id: '2028413847466934395',
    text: '$BTC back above 68k #bitcoin https://t.co/abc',
    created_at: '2026-03-02T10:15:22.000Z',
    author_id: '44196000',
    lang: 'en',
    edit_history_tweet_ids: ['2028413847466934395'],
    public_metrics: {
      retweet_count: 1,
      reply_count: 2,
      like_count: 3,
      quote_count: 4,
      bookmark_count: 5,
      impression_count: 6,
    },
    entities: {
      hashtags: [{ start: 20, end: 28, tag: 'bitcoin' }],
      cashtags: [{ start: 0, end: 4, tag: 'BTC' }],
      urls: [
        {
          start: 29,
          end: 45,
          url: 'https://t.co/abc',
          expanded_url: 'https://example.org/x',
          display_url: 'example.org/x',
        },
      ],
    },
    referenced_tweets: [{ type: 'quoted', id: '2028413004411830349' }],
  },
  includes: {
    users: [
      { id: '1', username: 'other', name: 'Other', public_metrics: { followers_count: 1 } },
      {
        id: '44196000',
        username: 'satoshi_fan',
        name: 'Fan',
        verified: false,
        public_metrics: { followers_count: 1520 },
      },
    ],
  },
  matching_rules: [{ id: '2028032492958646273', tag: 'btc' }],
};

const body = (value: unknown) => readTweet(value).body;
const withData = (data: object, rest: object = {}) => ({ ...POST, ...rest, data: { ...POST.data, ...data } });

describe('a v2 stream object', () => {
  test('every field is read', () =>
    expect(body(POST)).toEqual({
      tags: ['btc'],
      kind: 'quote',
      lang: 'en',
      text: '$BTC back above 68k #bitcoin https://t.co/abc',
      hashtags: ['bitcoin'],
      cashtags: ['BTC'],
      urls: ['https://example.org/x'],
      author_id: '44196000',
      username: 'satoshi_fan',
      name: 'Fan',
      followers_count: 1520,
      verified: false,
      favorite_count: 3,
      retweet_count: 1,
      reply_count: 2,
      quote_count: 4,
    }));

  test.each([
    [[], 'original'],
    [[{ type: 'replied_to', id: '1' }], 'reply'],
    [
      [
        { type: 'replied_to', id: '1' },
        { type: 'quoted', id: '2' },
      ],
      'quote',
    ],
    [[{ type: 'retweeted', id: '1' }], 'retweet'],
    [[{ type: 'something new', id: '1' }], 'original'],
    [undefined, 'original'],
  ])('references %j make it: %s', (referenced_tweets, kind) =>
    expect(body(withData({ referenced_tweets })).kind).toBe(kind),
  );

  test('a long post has its full text and its tags in the note', () =>
    expect(
      body(
        withData({
          text: 'cut...',
          note_tweet: { text: 'the whole #eth', entities: { hashtags: [{ tag: 'eth' }], urls: [] } },
        }),
      ),
    ).toMatchObject({ text: 'the whole #eth', hashtags: ['eth'], cashtags: [], urls: [] }));

  test("a note without entities leaves the post's own", () =>
    expect(body(withData({ note_tweet: { text: 'whole' } }))).toMatchObject({
      text: 'whole',
      hashtags: ['bitcoin'],
    }));

  test("a retweet's full text and tags come from the original if X included it", () => {
    const retweet = { text: 'RT @x: the who…', referenced_tweets: [{ type: 'retweeted', id: '7' }] };
    const original = { id: '7', text: 'the whole $ETH', entities: { cashtags: [{ tag: 'ETH' }] } };
    const includes = { ...POST.includes, tweets: [{ id: '6', text: 'other' }, original] };
    expect(body(withData(retweet, { includes }))).toMatchObject({
      kind: 'retweet',
      text: 'the whole $ETH',
      cashtags: ['ETH'],
      hashtags: [],
      favorite_count: 3,
    });
    const long = { ...includes, tweets: [{ ...original, note_tweet: { text: 'even longer' } }] };
    expect(body(withData(retweet, { includes: long })).text).toBe('even longer');
    expect(body(withData(retweet)).text).toBe('RT @x: the who…');
  });

  test('the new names (post instead of tweet) are read too', () => {
    const { id, created_at, author_id } = POST.data;
    const renamed = {
      data: {
        id,
        created_at,
        author_id,
        text: 'RT',
        edit_history_post_ids: [id],
        public_metrics: { repost_count: 9, reply_count: 0, like_count: 0, quote_count: 0 },
        referenced_posts: [{ type: 'reposted', id: '7' }],
      },
      includes: {
        posts: [{ id: '7', text: 'cut', note_post: { text: 'whole' } }],
        users: [{ id: author_id, public_metrics: { followers_count: 2, post_count: 3 } }],
      },
    };
    expect(body(renamed)).toMatchObject({
      kind: 'retweet',
      text: 'whole',
      retweet_count: 9,
      followers_count: 2,
    });
  });

  test('all matching rules count; ids may be numbers, tags may be missing', () =>
    expect(
      body({
        ...POST,
        matching_rules: [
          { id: 1297, tag: 'eth' },
          { id: '2' },
          { id: '3', tag: '' },
          { id: '4', tag: 'Tesla' },
        ],
      }).tags,
    ).toEqual(['eth', 'Tesla']));

  test('an author that X did not include gives nulls', () =>
    expect(body({ ...POST, includes: undefined })).toMatchObject({
      author_id: '44196000',
      username: null,
      followers_count: null,
    }));

  test('escapes are undone once', () =>
    expect(body(withData({ text: 'A &amp; B &lt;3 &gt; &amp;lt; &copy;' })).text).toBe(
      'A & B <3 > &lt; &copy;',
    ));

  test('a link without an expanded form is kept as is', () =>
    expect(body(withData({ entities: { urls: [{ url: 'https://t.co/z' }, { start: 1 }] } })).urls).toEqual([
      'https://t.co/z',
    ]));

  test('lists and objects of a wrong type count as missing', () =>
    expect(
      body(
        withData(
          { entities: { hashtags: 'x', cashtags: [null, 5, { tag: 6 }] }, lang: 5, referenced_tweets: 'x' },
          { includes: [] },
        ),
      ),
    ).toMatchObject({ hashtags: [], cashtags: [], lang: null, kind: 'original' }));
});
