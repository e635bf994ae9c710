import { expect, test } from 'vitest';
import { denseColumns, featureIndex, hashedRow } from '../../../src/core/learn/sparse.ts';

test('the indices that occur are numbered in order of mention', () => {
  const rows = [
    { indices: [900, 7], values: [1, 2] },
    { indices: [], values: [] },
    { indices: [7], values: [3] },
  ];
  expect(denseColumns(rows)).toEqual({
    starts: Int32Array.of(0, 2, 2, 3),
    columns: Int32Array.of(0, 1, 1),
    values: Float64Array.of(1, 2, 3),
    indexOf: [900, 7],
    width: 2,
  });
});

test('a named feature has one index of 65,536, and names that share it are added up', () => {
  const index = featureIndex('word:moon');
  expect(index).toBeGreaterThanOrEqual(0);
  expect(index).toBeLessThan(65_536);
  expect(
    hashedRow([
      ['word:moon', 1],
      ['word:moon', 0.5],
    ]),
  ).toEqual({ indices: [index], values: [1.5] });
});
