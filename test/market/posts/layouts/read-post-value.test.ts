import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../../src/core/stream/record.ts';
import { complianceKind } from '../../../../src/market/posts/compliance-event.ts';
import { readPostValue } from '../../../../src/market/posts/layouts/read-post-value.ts';
import { readTweet } from '../../../../src/market/posts/tweet.ts';

/** What `process select` reads of a line of JSON. */
const read = (value: unknown, text = JSON.stringify(value)) =>
  readPostValue(JSON.parse(text), text).map(({ line }) => readTweet(JSON.parse(line)));
const bodies = (value: unknown) => read(value).map(({ id, body }) => ({ id, ...body }));

const ID = '1929115705144246273';
const OLDER = '1929115684172726273';
const V2 = {
  id: ID,
  author_id: '1',
  created_at: '2025-06-01T10:00:00.000Z',
  lang: 'en',
  text: 'Solana is great $SOL #Solana',
  public_metrics: { retweet_count: 3, reply_count: 1, like_count: 44, quote_count: 2 },
  entities: { hashtags: [{ tag: 'Solana' }], cashtags: [{ tag: 'SOL' }] },
};
const ANN = {
  id: '1',
  username: 'ann',
  name: 'Ann',
  public_metrics: { followers_count: 5200 },
  verified: false,
};
const BOB = {
  id: '2',
  username: 'bob',
  name: 'Bob',
  public_metrics: { followers_count: 12 },
  verified: false,
};
const WHOLE = 'Bitcoin closed the week above its old high, and the rest of a long post #Ethereum';
const RETWEET = {
  id: '1929115956802486274',
  author_id: '2',
  created_at: '2025-06-01T10:01:00.000Z',
  text: 'RT @ann: Bitcoin closed the week above its old…',
  referenced_tweets: [{ type: 'retweeted', id: OLDER }],
};
const ORIGINAL = { id: OLDER, author_id: '1', text: WHOLE, entities: { hashtags: [{ tag: 'Ethereum' }] } };
const V1 = {
  id_str: ID,
  created_at: 'Sun Jun 01 10:00:00 +0000 2025',
  text: 'bitcoin one',
  user: { id_str: '1', screen_name: 'ann', name: 'Ann', followers_count: 5200 },
  favorite_count: 5,
};

const FIRST = { id: ID, kind: 'original', username: 'ann', followers_count: 5200, favorite_count: 44 };
const SECOND = { id: RETWEET.id, kind: 'retweet', username: 'bob', text: WHOLE, hashtags: ['Ethereum'] };

describe('forms of posts', () => {
  test("X's own forms keep their text to the byte", () => {
    for (const text of [
      `{"data": ${JSON.stringify(V2)} }`,
      `${JSON.stringify(V1)} `,
      '{"limit": {"track": 1}}',
    ])
      expect(readPostValue(JSON.parse(text), text)).toEqual([{ value: JSON.parse(text), line: text }]);
  });

  test('an answer page is its posts, each with its own author and original', () => {
    const page = { data: [V2, RETWEET], includes: { users: [ANN, BOB], tweets: [ORIGINAL] }, meta: {} };
    expect(bodies(page)).toMatchObject([FIRST, SECOND]);
    const [first] = readPostValue(page, JSON.stringify(page));
    expect(first!.value.includes).toEqual({ users: [ANN] });
  });

  test('an empty answer page holds no post', () => expect(read({ meta: { result_count: 0 } })).toEqual([]));

  test('a page whose entry is no post gives a line that is rejected, beside the others', () => {
    const page = { data: [null, V2] };
    const lines = readPostValue(page, JSON.stringify(page));
    expect(() => readTweet(lines[0]!.value)).toThrow(InvalidRecord);
    expect(readTweet(lines[1]!.value).id).toBe(ID);
  });

  test('a flattened post has its author and original inline', () => {
    const inline = [{ ...RETWEET.referenced_tweets[0], ...ORIGINAL, author: ANN }];
    expect(bodies({ ...V2, author: ANN })).toMatchObject([FIRST]);
    expect(bodies({ ...RETWEET, author: BOB, referenced_tweets: inline })).toMatchObject([SECOND]);
  });

  test('a bare v2 post is read as v2', () => {
    expect(bodies(V2)).toMatchObject([{ favorite_count: 44, hashtags: ['Solana'], cashtags: ['SOL'] }]);
    expect(bodies(RETWEET)).toMatchObject([{ kind: 'retweet', text: RETWEET.text }]);
  });

  test('a search answer of v1.1 is its statuses', () =>
    expect(read({ statuses: [V1, { ...V1, id_str: OLDER }] }).map(({ id }) => id)).toEqual([ID, OLDER]));

  test('a document of Elasticsearch is its source', () =>
    expect(bodies({ _index: 't', _id: '1', _source: V1 })).toMatchObject([{ id: ID, username: 'ann' }]));

  test.each([
    ['wrapped', (post: object) => ({ tweet: post })],
    ['bare', (post: object) => post],
  ])('a post of an X archive has counts as texts: %s', (_, wrap) => {
    const archived = {
      edit_info: { initial: { editTweetIds: [ID] } },
      display_text_range: ['0', '4'],
      favorite_count: '5',
      retweet_count: '2',
      id_str: ID,
      id: ID,
      created_at: V1.created_at,
      full_text: '#bitcoin &amp; ethereum',
    };
    expect(bodies(wrap(archived))).toMatchObject([
      { id: ID, favorite_count: 5, retweet_count: 2, text: '#bitcoin & ethereum' },
    ]);
  });

  test('a deleted post of an X archive is a deletion', () => {
    const text = JSON.stringify({ tweet: { id_str: ID, deleted_at: '2025-06-02', full_text: 'x' } });
    expect(readPostValue(JSON.parse(text), text)[0]!.value).toEqual({ delete: { status: { id_str: ID } } });
  });

  test('extended JSON of mongoexport', () => {
    const exported = {
      ...V1,
      _id: { $oid: '5b8e9f1a2f9c4d3b5c6a7b8c' },
      id: { $numberLong: ID },
      user: { ...V1.user, followers_count: { $numberInt: '5200' } },
      favorite_count: { $numberInt: '3' },
      created_at: { $date: { $numberLong: '1748772000000' } },
    };
    expect(bodies(exported)).toMatchObject([{ id: ID, followers_count: 5200, favorite_count: 3 }]);
    expect(read(exported)[0]!.created_at).toBe('2025-06-01T10:00:00.000Z');
    expect(read({ ...exported, created_at: { $date: '2025-06-01T10:00:00Z' } })[0]!.created_at).toBe(
      '2025-06-01T10:00:00.000Z',
    );
  });

  test.each([
    [
      'Apify',
      {
        type: 'tweet',
        id: ID,
        fullText: 'bitcoin',
        createdAt: V1.created_at,
        likeCount: 7,
        retweetCount: 1,
        author: { userName: 'ann', id: '1', name: 'Ann', followers: 5200 },
        entities: { hashtags: [{ text: 'btc' }], symbols: [], urls: [] },
      },
    ],
    [
      'snscrape',
      {
        _type: 'snscrape.modules.twitter.Tweet',
        id: ID,
        rawContent: 'bitcoin',
        date: '2025-06-01T10:00:00+00:00',
        likeCount: 7,
        user: { username: 'ann', id: '1', displayname: 'Ann', followersCount: 5200 },
        hashtags: ['btc'],
      },
    ],
  ])('camel case of %s', (_, post) =>
    expect(bodies(post)).toMatchObject([
      {
        id: ID,
        text: 'bitcoin',
        username: 'ann',
        name: 'Ann',
        followers_count: 5200,
        favorite_count: 7,
        hashtags: ['btc'],
      },
    ]),
  );

  test('a batch compliance job deletes', () => {
    const job = {
      id: ID,
      action: 'delete',
      created_at: V2.created_at,
      redacted_at: V2.created_at,
      reason: 'deleted',
    };
    const [line] = readPostValue(job, JSON.stringify(job));
    expect(line!.value).toEqual({ delete: { status: { id_str: ID } } });
    const [other] = readPostValue({ ...job, action: 'scrub' }, '');
    expect(complianceKind(other!.value)).toBe('event');
  });

  test('a line of Bluesky in the form of its Jetstream stays as it is', () => {
    const event = { did: 'did:plc:x', time_us: 1, kind: 'commit', commit: { record: { text: 'bitcoin' } } };
    expect(readPostValue(event, JSON.stringify(event))[0]?.value).toBe(event);
  });

  test.each([
    ['Bluesky', { uri: 'at://did:plc:x/app.bsky.feed.post/1', record: {} }],
    ['Farcaster', { hash: '0xabc', author: { fid: 3 }, text: 'bitcoin' }],
    ['Mastodon', { id: '1', uri: 'https://m.example/1', account: {}, content: 'bitcoin' }],
    ['Gnip', { id: 'tag:search.twitter.com,2005:1', objectType: 'activity', verb: 'post', body: 'bitcoin' }],
    ['Reddit', { id: 'abc', subreddit: 'btc', selftext: 'bitcoin' }],
  ])('a line of %s is rejected by its name', (name, value) => expect(() => read(value)).toThrow(name));
});

describe('ids past 2^53', () => {
  const created_at = V1.created_at;
  test.each([
    ['id', `{"id": ${ID}, "created_at": "${created_at}", "text": "bitcoin"}`],
    ['id_str as a number', `{"id_str": ${ID}, "created_at": "${created_at}", "text": "bitcoin"}`],
    ['data.id', `{"data": {"id": ${ID}, "text": "bitcoin"}}`],
    [
      'id in a list',
      `{"statuses": [{"id": 1.9e18, "id_str": "${ID}", "created_at": "${created_at}", "text": "b"}]}`,
    ],
  ])('%s is read from its digits', (_, text) =>
    expect(read(undefined, text).map(({ id }) => id)).toEqual([ID]),
  );

  test('the id of a deleted post', () => {
    const text = `{"delete":{"status":{"id":${ID}}}}`;
    expect(readPostValue(JSON.parse(text), text)[0]!.value).toEqual({ delete: { status: { id: ID } } });
  });

  test.each([[`"'${ID}"`], ['"1.92914E+18"'], ['1.92914e18']])('%s is no exact id, and rejected', (id) =>
    expect(() => read(undefined, `{"id": ${id}, "created_at": "${created_at}", "text": "b"}`)).toThrow(
      InvalidRecord,
    ),
  );
});

test('any object is read or rejected with a reason, never thrown on', () => {
  const key = fc.constantFrom(
    ...['data', 'includes', 'id', 'id_str', 'tweet', 'statuses', '_source', 'meta', 'author', 'text', 'user'],
    ...[
      'referenced_tweets',
      'likeCount',
      'createdAt',
      'edit_info',
      '$date',
      '$numberLong',
      'delete',
      'action',
    ],
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, 1, 'x', ID, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(value, (any) => {
      try {
        for (const { line } of readPostValue(any, JSON.stringify(any))) JSON.parse(line);
      } catch (error) {
        if (!(error instanceof InvalidRecord)) throw error;
      }
    }),
    { numRuns: 2000, seed: 14 },
  );
});
