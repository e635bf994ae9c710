import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { datasetOf } from '../../../src/market/catalog/dataset-of.ts';
import { DATASETS, type Dataset } from '../../../src/market/catalog/datasets.ts';
import { FEEDS, feedOf, topicsWith } from '../../../src/market/catalog/feeds.ts';

const all: readonly (readonly [string, Dataset])[] = Object.entries(DATASETS);

describe('datasetOf', () => {
  test('every topic except raw posts has a dataset', () => {
    const known = Object.keys(FEEDS).filter(
      (topic) => !topicsWith('posts').includes(topic as keyof typeof FEEDS),
    );
    expect(known.map((topic) => datasetOf(topic))).toEqual(
      known.map((topic) => DATASETS[feedOf(topic)!.dataset!]),
    );
  });

  test('quotes of every source have the same dataset', () => {
    expect(datasetOf('prices-wallex')).toBe(datasetOf('prices-coinmarketcap'));
  });

  test('a named dataset applies whatever the topic', () => {
    expect(datasetOf('my-prices', 'prices').name).toBe('prices');
    expect(datasetOf('candles', 'prices').name).toBe('prices');
  });

  test.each([
    ['my-prices', undefined],
    ['prices', 'no-such-dataset'],
    ['prices', 'constructor'],
  ])('%s with --dataset %s is a usage problem that lists the datasets', (topic, named) => {
    const attempt = () => datasetOf(topic, named);
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('market-cap') }),
    );
  });
});

describe.each(all)('dataset %s', (_, dataset) => {
  const typeOf = (name: string | undefined) => dataset.columns.find((column) => column.name === name)?.type;

  test('table and columns have snake-case names, each column once, with help', () => {
    const names = dataset.columns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of [dataset.name, ...names]) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(dataset.columns.filter(({ help }) => !help.endsWith('.'))).toEqual([]);
  });

  test('the event time is a time column, and only then is there a day folder', () => {
    expect(typeOf(dataset.timeColumn)).toBe(dataset.timeColumn && 'time');
    expect(dataset.partitionBy.includes('date')).toBe(dataset.timeColumn !== undefined);
  });

  test('the other folder columns are text', () => {
    const others = dataset.partitionBy.filter((name) => name !== 'date');
    expect(others.map(typeOf)).toEqual(others.map(() => 'text'));
  });
});
