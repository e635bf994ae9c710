import { expect, test } from 'vitest';
import { readTweet } from '../../../src/market/posts/tweet.ts';

const id = '1929115705144246273';
const v2 = (urls: readonly object[], data: object = {}) =>
  readTweet({ data: { id, text: 'x https://t.co/p', entities: { urls }, ...data } }).body.urls;
const v1 = (entities: object | null) =>
  readTweet({ id_str: id, text: 'x https://t.co/p', entities }).body.urls;

const link = (expanded_url: string, more: object = {}) => ({ url: 'https://t.co/p', expanded_url, ...more });

test('v2 lists media among the links, v1.1 does not: neither counts', () => {
  expect(v2([link('https://twitter.com/ann/status/1/photo/1', { media_key: '3_1' })])).toEqual([]);
  expect(v2([link('https://x.com/ann/status/1/video/1')])).toEqual([]);
  expect(v1({ urls: [], media: [link('https://twitter.com/ann/status/1/photo/1')] })).toEqual([]);
});

test.each([
  'https://twitter.com/bob/status/5',
  'https://x.com/bob/status/5?s=20',
  'https://twitter.com/i/web/status/7',
  'https://mobile.twitter.com/bob/status/5',
  'https://x.com/i/article/1',
])('a link to a post or article of X does not count as a link: %s', (url) => {
  expect(v2([link(url)])).toEqual([]);
  expect(v1({ urls: [link(url)] })).toEqual([]);
});

test.each(['https://example.org/a', 'https://x.com/bob', 'https://notx.com/bob/status/5'])(
  '%s is a link',
  (url) => {
    expect(v2([link(url)])).toEqual([url]);
    expect(v1({ urls: [link(url)] })).toEqual([url]);
  },
);

test('a post without entities has the links of its text', () => {
  expect(v1(null)).toEqual(['https://t.co/p']);
  expect(v1({ hashtags: [] })).toEqual([]);
});

test('an article of X is read with its title', () => {
  const article = { title: 'Why Bitcoin', plain_text: 'It is the best.', preview_text: 'It is' };
  expect(readTweet({ data: { id, text: 'https://t.co/art', article } }).body.text).toBe(
    'Why Bitcoin\nIt is the best.',
  );
});

test.each([
  ['RT @ann: gm', 'retweet'],
  ['RT @ann_1 gm', 'retweet'],
  ['RTFM @ann', 'original'],
  ['so RT @ann: gm', 'original'],
])('%s without a reference is of kind %s', (text, kind) => {
  expect(readTweet({ data: { id, text } }).body.kind).toBe(kind);
  expect(readTweet({ id_str: id, text }).body.kind).toBe(kind);
});
