import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { datasetOf } from '../../../src/market/catalog/dataset-of.ts';
import { collectionsOf, parseTemplate, templateErrorsFor } from '../../../src/sinks/mongo/collections.ts';

const of = (template: string | undefined, topic: string) => collectionsOf(template, datasetOf(topic), topic);

describe('--collection', () => {
  test.each([
    ['{coins}', /unknown placeholder '\{coins\}'/],
    ['{coin', /brace/],
    ['', /is not a valid collection name/],
    ['a$b', /is not a valid collection name/],
    ['system.users', /is not a valid collection name/],
    ['x'.repeat(121), /is not a valid collection name/],
  ])('refuses %s', (template, reason) => {
    expect(() => parseTemplate(template)).toThrow(reason);
  });
  test.each(['{coin_name}', '{topic}_{coin}', 'posts'])('takes %s', (template) => {
    expect(parseTemplate(template)).toBe(template);
  });
});

describe('collections', () => {
  test('collections of posts are named by coin, others by topic', () => {
    const posts = of(undefined, 'tweets-processed');
    expect(['btc', 'eth', 'shib', 'new'].map((coin) => posts.nameFor({ coin }))).toEqual([
      'bitcoin',
      'ethereum',
      'shiba_inu',
      'new',
    ]);
    expect(posts.byCoin).toBe(true);
    expect(of(undefined, 'prices').nameFor({ coin: 'btc' })).toBe('prices');
    expect(of(undefined, 'market-cap').nameFor({})).toBe('market-cap');
  });
  test('collections of posts without a coin are named by tag', () => {
    expect(of('x_{coin}', 'tweets-processed').nameFor({ coin: null, tag: 'Tesla $Inc.' })).toBe(
      'x_Tesla_Inc_',
    );
    expect(() => of('{coin}', 'tweets-processed').nameFor({ coin: null })).toThrow(InvalidRecord);
  });
  test('a template matches exactly the names that a record could get', () => {
    const { matches: means } = of('{topic}.{coin}', 'prices');
    expect(['prices.btc', 'prices-btc', 'prices.a.b', 'prices.', 'xprices.btc'].map(means)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
  test('a topic without coins rejects a {coin} template', () => {
    const misfits = (topic: string) => templateErrorsFor('{coin}', datasetOf(topic), topic);
    expect(misfits('market-cap')).toEqual([expect.stringMatching(/'market-cap' have no coin/)]);
    expect(misfits('prices')).toEqual([]);
  });
});
