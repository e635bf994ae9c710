import { expect, test } from 'vitest';
import { datasetOf } from '../../src/market/catalog/dataset-of.ts';
import { sinks } from '../../src/sinks/index.ts';

test('sinks are registered under their own names', () => {
  expect(Object.entries(sinks).map(([name, sink]) => [name, sink.name])).toEqual([
    ['file', 'file'],
    ['s3', 's3'],
    ['mongo', 'mongo'],
    ['console', 'console'],
  ]);
});

test('every sink reads topics whose columns are known, and shows how it is used', () => {
  for (const { topics, examples } of Object.values(sinks)) {
    expect(topics.map((topic) => datasetOf(topic)).length).toBeGreaterThan(0);
    expect(examples.length).toBeGreaterThan(0);
  }
});
