import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TextBytes } from '../../../src/core/stream/record.ts';
import { complianceKind } from '../../../src/market/posts/compliance-event.ts';
import { hasLaterVersion, supersededPostIds } from '../../../src/market/posts/superseded.ts';
import { readTweet, tweetId, tweetTime } from '../../../src/market/posts/tweet.ts';
import { parseV2Line } from '../../../src/market/posts/v2-line.ts';

const attempt = (step: () => unknown): unknown => {
  try {
    return step();
  } catch (error) {
    return String(error);
  }
};

/** All that `select` reads of a line. */
const seen = (value: unknown) => [
  complianceKind(value),
  tweetTime(value),
  attempt(() => tweetId(value)),
  attempt(() => readTweet(value)),
  supersededPostIds(value),
  hasLaterVersion(value),
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).filter((one) => Buffer.from(one).toString() === one),
  fc.constantFrom('$BTC & &amp; "é" 🚀\n\\', 'RT @a: #eth https://example.org/x', ''),
);
const odd = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 60, 'x', '2026-03-02T10:15:22.000Z', '2028413847466934395'),
  text,
  fc.jsonValue({ maxDepth: 2 }),
);
const usually = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary, weight: 9 }, { arbitrary: odd, weight: 1 });
const some = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  usually(
    fc.record(Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, usually(one)])), {
      requiredKeys: [],
    }),
  );

const id = fc.constantFrom('2028413847466934395', '2028413004411830349', '44196000', 7);
const several = (one: fc.Arbitrary<unknown>) => fc.array(one, { maxLength: 3 });
const entities = some({
  hashtags: several(some({ tag: text, start: fc.nat() })),
  cashtags: several(some({ tag: text, end: fc.nat() })),
  urls: several(some({ url: text, expanded_url: text, display_url: text, media_key: text })),
});
const content = {
  id,
  text,
  entities,
  note_tweet: some({ text, entities }),
  note_post: some({ text, entities }),
  article: some({ title: text, plain_text: text, preview_text: text }),
};
const count = fc.nat();
const fields = {
  ...content,
  id_str: id,
  created_at: fc.constantFrom('2026-03-02T10:15:22.000Z', 'Mon Mar 02 10:15:22 +0000 2026', 1_772_323_200),
  author_id: id,
  lang: fc.constantFrom('en', 'und', 'zh-cn'),
  public_metrics: some({
    like_count: count,
    retweet_count: count,
    repost_count: count,
    reply_count: count,
    quote_count: count,
    impression_count: count,
  }),
  referenced_tweets: several(some({ type: fc.constantFrom('retweeted', 'quoted', 'replied_to'), id })),
  referenced_posts: several(some({ type: fc.constantFrom('reposted', 'quoted'), id })),
  edit_history_tweet_ids: several(id),
  edit_history_post_ids: several(id),
  edit_history: some({ edit_tweet_ids: several(id) }),
  delete: some({ tweet: some({ id }) }),
  context_annotations: several(odd),
};
const data = fc.oneof(
  { arbitrary: fc.record(fields, { requiredKeys: ['id', 'text', 'created_at'] }), weight: 4 },
  { arbitrary: some(fields), weight: 1 },
);
const user = some({
  id,
  username: text,
  name: text,
  verified: fc.boolean(),
  public_metrics: some({ followers_count: count }),
});
const line = fc.record(
  {
    data,
    includes: some({ users: several(user), tweets: several(some(content)), posts: several(some(content)) }),
    matching_rules: several(some({ id, tag: text })),
    id: usually(id),
    delete: odd,
  },
  { requiredKeys: ['data'] },
);

function parse(text: string) {
  const bytes = Buffer.from(text) as Buffer & TextBytes;
  return parseV2Line(bytes, 0, bytes.length);
}

describe('lines of the v2 stream', () => {
  test('the fields read of a line equal those of JSON.parse', () => {
    let read = 0;
    fc.assert(
      fc.property(line, (value) => {
        const json = JSON.stringify(value);
        const parsed = parse(json);
        if (parsed === undefined) return;
        read += 1;
        expect(seen(parsed)).toEqual(seen(JSON.parse(json)));
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(500);
  });

  test('blanks between the parts of a line change nothing', () => {
    const json = '{"data": {"id": "7", "text": "x"}, "includes": {"users": []}}\n';
    expect(seen(parse(json))).toEqual(seen(JSON.parse(json)));
  });

  test.each([
    '{"data":{"delete":{"tweet":{"id":"7"}}}}',
    '{"data":{"id":"7"}',
    '{"data":null}',
    '{"id_str":"7"}',
    '{"did":"did:plc:x"}',
  ])('%s is left to JSON.parse', (text) => {
    expect(parse(text)).toBeUndefined();
  });
});
