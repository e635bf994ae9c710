import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../../src/core/stream/record.ts';
import { complianceKind } from '../../../../src/market/posts/compliance-event.ts';
import { networkEventOf } from '../../../../src/market/posts/networks/networks.ts';
import { readTweet, tweetId, tweetTime } from '../../../../src/market/posts/tweet.ts';

const ID = '1'.repeat(64);
const OTHER = '2'.repeat(64);
const PUBKEY = 'a'.repeat(64);
const note = (fields: Readonly<Record<string, unknown>> = {}) => ({
  id: ID,
  pubkey: PUBKEY,
  created_at: 1_795_860_922,
  kind: 1,
  tags: [['t', 'bitcoin']],
  content: '$BTC at 90k #bitcoin https://example.org/a',
  sig: 'f'.repeat(128),
  ...fields,
});

describe('a note of Nostr', () => {
  test('every field of a note is read', () => {
    expect(
      readTweet(
        note({
          tags: [
            ['t', 'bitcoin'],
            ['t', 'bitcoin'],
            ['l', 'en', 'ISO-639-1'],
          ],
        }),
      ),
    ).toEqual({
      id: ID,
      time: 1_795_860_922_000,
      created_at: '2026-11-28T10:15:22.000Z',
      seenAt: 1_795_860_922_000,
      badFields: [],
      body: {
        tags: [],
        kind: 'original',
        lang: 'en',
        text: '$BTC at 90k #bitcoin https://example.org/a',
        hashtags: ['bitcoin'],
        cashtags: ['BTC'],
        urls: ['https://example.org/a'],
        author_id: PUBKEY,
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
    expect([tweetId(note()), tweetTime(note())]).toEqual([ID, 1_795_860_922_000]);
    expect(complianceKind(note())).toBeUndefined();
  });

  test.each([
    ['with a marked e tag is a reply', { tags: [['e', OTHER, '', 'root']] }, 'reply'],
    ['with an unmarked e tag is a reply', { tags: [['e', OTHER]] }, 'reply'],
    ['that mentions an event is original', { tags: [['e', OTHER, '', 'mention']] }, 'original'],
    ['with a q tag is a quote', { tags: [['q', OTHER]] }, 'quote'],
    ['of kind 6 is a retweet', { kind: 6, tags: [['e', OTHER]], content: '' }, 'retweet'],
  ])('a note %s', (_, fields, kind) => {
    expect(readTweet(note(fields)).body.kind).toBe(kind);
  });

  test('a repost has the text and hashtags of what it reposts, if they are there', () => {
    const inner = note({ id: OTHER, content: 'eth', tags: [['t', 'eth']] });
    const { body } = readTweet(note({ kind: 6, content: JSON.stringify(inner) }));
    expect([body.text, body.hashtags]).toEqual(['eth', ['bitcoin', 'eth']]);
    for (const content of ['', 'not JSON', '[]', 'null'])
      expect(readTweet(note({ kind: 6, content })).body.text).toBe('');
  });

  test.each([
    ['created_at', { created_at: 'now' }],
    ['created_at', { created_at: 1.5 }],
    ['created_at', { created_at: 1e15 }],
    ['content', { content: 5 }],
  ])('a note with an invalid %s is rejected', (field, fields) => {
    expect(() => readTweet(note(fields))).toThrow(InvalidRecord);
    expect(() => readTweet(note(fields))).toThrow(field);
  });

  test('malformed tags are ignored', () => {
    expect(readTweet(note({ tags: [5, ['t'], ['t', 7], null, ['t', 'btc']] })).body.hashtags).toEqual([
      'btc',
    ]);
    expect(readTweet(note({ tags: 'none' })).body.hashtags).toEqual([]);
  });
});

describe('an event of Nostr that is no note', () => {
  test('a deletion names the posts of its author', () => {
    const deletion = note({
      kind: 5,
      tags: [
        ['e', OTHER],
        ['e', OTHER],
        ['e', 'x'],
        ['a', '1:b:c'],
      ],
    });
    expect(networkEventOf(deletion)).toEqual({
      kind: 'delete',
      authorId: PUBKEY,
      postIds: [OTHER],
      time: 1_795_860_922_000,
    });
  });

  test('a deletion of no post, and another kind, are only counted', () => {
    expect(networkEventOf(note({ kind: 5, tags: [] }))).toMatchObject({ kind: 'kind 5' });
    expect(complianceKind(note({ kind: 7 }))).toBe('kind 7');
  });
});
