import { expect, test } from 'vitest';
import { readBlueskyRecord } from '../../../../src/market/posts/networks/bluesky-record.ts';
import { RECORD } from './frames.ts';

const read = (record: object) => readBlueskyRecord({ ...RECORD, ...record }, 'did:plc:x', undefined, []);
const facet = (type: string, rest: object) => ({
  index: { byteStart: 0, byteEnd: 4 },
  features: [{ $type: `app.bsky.richtext.facet#${type}`, ...rest }],
});
const POST = { uri: 'at://did:plc:y/app.bsky.feed.post/1', cid: 'c' };

test.each([
  ['original', {}],
  ['original', { embed: { $type: 'app.bsky.embed.images', images: [] } }],
  ['reply', { reply: { root: POST, parent: POST } }],
  ['reply', { reply: { root: POST, parent: POST }, embed: { $type: 'app.bsky.embed.record', record: POST } }],
  ['quote', { embed: { $type: 'app.bsky.embed.record', record: POST } }],
  ['quote', { embed: { $type: 'app.bsky.embed.recordWithMedia', record: { record: POST } } }],
])('a post of kind %s is recognised by its parts', (kind, record) => expect(read(record).kind).toBe(kind));

test('hashtags are those of facets and those beside the text, each once', () => {
  const facets = [
    facet('tag', { tag: 'bitcoin' }),
    facet('tag', { tag: 'News' }),
    facet('mention', { did: 'd' }),
  ];
  expect(read({ facets, tags: ['eth', 'bitcoin', 7] }).hashtags).toEqual(['bitcoin', 'News', 'eth']);
});

test.each([
  ['$BTC and $eth, not $BTC again', ['BTC', 'eth']],
  ['costs $5, US$BTC, $$BTC, $BTC_X', []],
  ['($SOL)', ['SOL']],
])('the cashtags of %j are found in the text', (text, cashtags) =>
  expect([...new Set(read({ text }).cashtags)]).toEqual(cashtags),
);

test('a tag that begins with a dollar sign is a cashtag', () =>
  expect(read({ text: '', facets: [facet('tag', { tag: '$BTC' })] })).toMatchObject({
    cashtags: ['BTC'],
    hashtags: [],
  }));

test('urls are links of the text and of preview cards, each once', () => {
  const uri = 'https://example.org/a';
  const external = { uri: 'https://example.org/b', title: 't', description: 'd' };
  const facets = [facet('link', { uri }), facet('link', { uri })];
  expect(read({ facets, embed: { $type: 'app.bsky.embed.external', external } }).urls).toEqual([
    uri,
    external.uri,
  ]);
  const media = { $type: 'app.bsky.embed.external', external };
  expect(read({ embed: { $type: 'app.bsky.embed.recordWithMedia', media } }).urls).toEqual([external.uri]);
});

test('fields of a wrong type count as absent', () =>
  expect(
    read({ langs: 'en', tags: 'a', facets: [{ features: 7 }, null], embed: 7, reply: 'x', text: '' }),
  ).toMatchObject({ lang: null, hashtags: [], urls: [], kind: 'original', text: '' }));
