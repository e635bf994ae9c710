import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../../src/core/stream/record.ts';
import { complianceKind, complianceTarget } from '../../../../src/market/posts/compliance-event.ts';
import { networkEventOf } from '../../../../src/market/posts/networks/networks.ts';
import { supersededPostIds } from '../../../../src/market/posts/superseded.ts';
import { readTweet, tweetId, tweetTime } from '../../../../src/market/posts/tweet.ts';
import { accountFrame, DID, deleteFrame, oldPostFrame, POST_ID, postFrame, SEEN } from './frames.ts';

const SEEN_MS = Date.UTC(2026, 10, 28, 10, 15, 22, 104);

describe('a post of Bluesky', () => {
  test('every field is read, from either wire', () => {
    const post = readTweet(postFrame());
    expect(post).toEqual({
      id: POST_ID,
      time: Date.UTC(2026, 10, 28, 10, 15, 21, 870),
      created_at: '2026-11-28T10:15:21.870Z',
      seenAt: SEEN_MS,
      badFields: [],
      body: {
        tags: [],
        kind: 'original',
        lang: 'en',
        text: '$BTC back above 90k #bitcoin',
        hashtags: [],
        cashtags: ['BTC'],
        urls: [],
        author_id: DID,
        username: null,
        name: null,
        followers_count: null,
        verified: null,
        favorite_count: null,
        retweet_count: null,
        reply_count: null,
        quote_count: null,
      },
    });
    expect(readTweet(oldPostFrame())).toEqual(post);
    expect(tweetId(postFrame())).toBe(POST_ID);
    expect(complianceKind(postFrame())).toBeUndefined();
  });

  test.each([
    ['a minute before Jetstream saw it', '2026-11-28T10:14:22.104Z', '2026-11-28T10:14:22.104Z'],
    ['in another zone', '2026-11-28T11:14:00+01:00', '2026-11-28T10:14:00.000Z'],
    ['10 minutes before', '2026-11-28T10:05:22.104Z', '2026-11-28T10:05:22.104Z'],
    ['more than 10 minutes before', '2026-11-28T10:05:22.103Z', '2026-11-28T10:15:22.104Z'],
    ['in 1970', '1970-01-01T00:00:00.000Z', '2026-11-28T10:15:22.104Z'],
    ['in 2099', '2099-01-01T00:00:00.000Z', '2026-11-28T10:15:22.104Z'],
    ['two minutes ahead', '2026-11-28T10:17:22.104Z', '2026-11-28T10:15:22.104Z'],
    ['without a zone', '2026-11-28T10:15:20.000', '2026-11-28T10:15:22.104Z'],
    ['no time', 'yesterday', '2026-11-28T10:15:22.104Z'],
    ['no text', 12, '2026-11-28T10:15:22.104Z'],
  ])('createdAt %s: the event time follows the rule', (_, createdAt, expected) => {
    const frame = postFrame({ createdAt });
    expect(readTweet(frame).created_at).toBe(expected);
    expect(tweetTime(frame)).toBe(readTweet(frame).time);
  });

  test('an update is the same post with a revision', () =>
    expect(readTweet(postFrame({}, { operation: 'update', rev: '3m7' }))).toMatchObject({
      id: POST_ID,
      revision: '3m7',
    }));

  test('the author that cryptopipe asked for fills its fields', () => {
    const author = { handle: 'ann.example', displayName: 'Ann', followersCount: 12 };
    expect(readTweet({ ...postFrame(), author }).body).toMatchObject({
      username: 'ann.example',
      name: 'Ann',
      followers_count: 12,
    });
    expect(readTweet({ ...postFrame(), author: { followersCount: -1 } })).toMatchObject({
      badFields: ['followersCount'],
      body: { followers_count: null },
    });
  });

  test.each<[string, object, object]>([
    ['did', {}, { did: 'alice' }],
    ['rkey', {}, { rkey: 'a b' }],
    ['rkey', {}, { rkey: 7 }],
    ['rkey', {}, { rkey: 'a'.repeat(1000) }],
    ['record', {}, { record: undefined }],
    ['record.text', { text: 7 }, {}],
    ['time', {}, { time: 'now' }],
  ])('an unusable %s rejects the post', (field, record, commit) => {
    const frame = postFrame(record, commit);
    expect(() => readTweet(frame)).toThrow(InvalidRecord);
    expect(() => readTweet(frame)).toThrow(field);
  });
});

describe('an event of Bluesky', () => {
  test('a deletion names its post and has the time of the deletion', () => {
    const frame = deleteFrame();
    expect(networkEventOf(frame)).toEqual({ kind: 'delete', postId: POST_ID, time: SEEN_MS });
    expect([complianceKind(frame), complianceTarget(frame)]).toEqual(['delete', POST_ID]);
    expect(supersededPostIds(frame)).toEqual([POST_ID]);
    expect(tweetTime(frame)).toBe(Date.parse(SEEN));
  });

  test.each(['deleted', 'takendown'])('a %s account deletes its author', (status) => {
    const frame = accountFrame({ active: false, status });
    expect(networkEventOf(frame)).toMatchObject({ kind: 'account deleted', authorId: DID });
    expect(supersededPostIds(frame)).toEqual([]);
  });

  test.each([
    { active: true },
    { active: false, status: 'deactivated' },
    { active: false, status: 'suspended' },
  ])('account %j deletes nothing', (account) =>
    expect(networkEventOf(accountFrame(account))).toEqual({ kind: 'account', time: SEEN_MS }),
  );

  test('a like and its deletion are only counted', () => {
    for (const operation of ['create', 'delete'])
      expect(networkEventOf(postFrame({}, { operation, collection: 'app.bsky.feed.like' }))).toEqual({
        kind: 'other collection',
        time: SEEN_MS,
      });
  });
});
