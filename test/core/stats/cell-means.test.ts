import { expect, test } from 'vitest';
import { lessCellMeans } from '../../../src/core/stats/cell-means.ts';

test('the mean of its cell is subtracted from each value, and a value alone in its cell is missing', () => {
  const source = Float64Array.of(1, 10, Number.NaN, 3, 20, 7);
  const cells = [0, 1, 0, 0, 1, 2];
  const { values, used } = lessCellMeans(source, (at) => cells[at]!);
  expect([...values]).toEqual([-1, -5, Number.NaN, 1, 5, Number.NaN]);
  expect(used).toBe(2);
});
