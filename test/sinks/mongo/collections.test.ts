import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { datasetOf } from '../../../src/market/catalog/dataset-of.ts';
import { collectionsOf, parseTemplate, templateErrorsFor } from '../../../src/sinks/mongo/collections.ts';

const of = (template: string | undefined, topic: string) => collectionsOf(template, datasetOf(topic), topic);

describe('--collection', () => {
  test.each([
    ['{coins}', /no placeholder '\{coins\}'/],
    ['{coin', /brace/],
    ['', /names no collection/],
    ['a$b', /names no collection/],
    ['system.users', /names no collection/],
    ['x'.repeat(121), /names no collection/],
  ])('refuses %s', (template, reason) => {
    expect(() => parseTemplate(template)).toThrow(reason);
  });
  test.each(['{coin_name}', '{topic}_{coin}', 'posts'])('takes %s', (template) => {
    expect(parseTemplate(template)).toBe(template);
  });
});

describe('collections', () => {
  test('of posts are named by their coins, those of others by their topic', () => {
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
  test('of posts about no coin are named by their tag', () => {
    expect(of('x_{coin}', 'tweets-processed').nameFor({ coin: null, tag: 'Tesla $Inc.' })).toBe(
      'x_Tesla_Inc_',
    );
    expect(() => of('{coin}', 'tweets-processed').nameFor({ coin: null })).toThrow(InvalidRecord);
  });
  test('mean the names that a record could get, and no others', () => {
    const { matches: means } = of('{topic}.{coin}', 'prices');
    expect(['prices.btc', 'prices-btc', 'prices.a.b', 'prices.', 'xprices.btc'].map(means)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
  test('without a coin cannot be named by it', () => {
    const misfits = (topic: string) => templateErrorsFor('{coin}', datasetOf(topic), topic);
    expect(misfits('market-cap')).toEqual([expect.stringMatching(/'market-cap' are about no coin/)]);
    expect(misfits('prices')).toEqual([]);
  });
});
