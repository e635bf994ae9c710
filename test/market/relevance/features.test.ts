import { expect, test } from 'vitest';
import { featureIndex } from '../../../src/core/learn/sparse.ts';
import { relevanceRow } from '../../../src/market/relevance/features.ts';
import { BODY } from './picks.ts';

const facts = { body: BODY, subjects: ['eth'], source: 'x', sentiment: 0.4 };
const indicesOf = (changes: object = {}, text = BODY.text) =>
  new Set(Array.from(relevanceRow({ ...facts, body: { ...BODY, text }, ...changes }).indices));

test('a post has features of its author, coins, tags, hosts, words and columns', () => {
  const indices = indicesOf({ body: { ...BODY, hashtags: ['DeFi'], urls: ['https://www.example.org/a?b'] } });
  for (const name of [
    'author:7',
    'subject:eth',
    'hashtag:defi',
    'host:example.org',
    'sentiment:1',
    'source:x',
  ])
    expect(indices.has(featureIndex(name))).toBe(true);
});

test('words count in any case and without punctuation', () => {
  expect(indicesOf({}, 'Gas fees, once again!')).toEqual(indicesOf({}, 'gas FEES once again'));
  expect(indicesOf({}, 'gas fees once again')).not.toEqual(indicesOf({}, 'gas fees once never'));
});

test('many words weigh as much as a few, and one of them less', () => {
  const squares = (text: string) =>
    Array.from(relevanceRow({ ...facts, body: { ...BODY, text } }).values).reduce((sum, v) => sum + v * v, 0);
  expect(squares('one')).toBeCloseTo(squares('one two three four five six'), 1);
});
