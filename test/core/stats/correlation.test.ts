import fc from 'fast-check';
import { expect, test } from 'vitest';
import { laggedPairs, meanOf, pearson, spearman } from '../../../src/core/stats/correlation.ts';

const series = (...values: number[]) => Float64Array.from(values);
const MISSING = Number.NaN;

test('a positive lag pairs a value with a later one of the other series, and gaps fall out', () => {
  const x = series(1, 2, MISSING, 4, 5);
  const y = series(10, 20, 30, MISSING, 50);
  const pairs = (lag: number) => {
    const { xs, ys } = laggedPairs(x, y, lag);
    return [...xs].map((value, at) => [value, ys[at]]);
  };
  expect(pairs(0)).toEqual([
    [1, 10],
    [2, 20],
    [5, 50],
  ]);
  expect(pairs(1)).toEqual([
    [1, 20],
    [2, 30],
    [4, 50],
  ]);
  expect(pairs(-1)).toEqual([
    [2, 10],
    [4, 30],
  ]);
  expect(pairs(5)).toEqual([]);
});

test('a mean leaves missing values out', () => {
  expect(meanOf(series(1, MISSING, 3))).toBe(2);
  expect(meanOf(series(MISSING))).toBeNaN();
});

test('correlations of known data', () => {
  // Anscombe's first set (1973).
  const x = series(10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5);
  const y = series(8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68);
  expect(pearson(x, y)).toBeCloseTo(0.81642051634484, 13);
  expect(spearman(x, y)).toBeCloseTo(0.8181818181818182, 13);
});

test('a series that does not vary has no correlation', () => {
  expect(pearson(series(1, 1, 1), series(1, 2, 3))).toBeNaN();
  expect(spearman(series(1, 2, 3), series(2, 2, 2))).toBeNaN();
});

test('correlations are within -1 and 1, symmetric, and keep under a change of scale', () => {
  const pair = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }));
  fc.assert(
    fc.property(fc.array(pair, { minLength: 2, maxLength: 80, size: 'max' }), (pairs) => {
      const x = Float64Array.from(pairs, ([one]) => one);
      const y = Float64Array.from(pairs, ([, other]) => other);
      for (const correlation of [pearson, spearman]) {
        const r = correlation(x, y);
        if (Number.isNaN(r)) continue;
        expect(Math.abs(r)).toBeLessThanOrEqual(1);
        expect(correlation(y, x)).toBeCloseTo(r, 12);
        expect(
          correlation(
            x.map((value) => 3 - 2 * value),
            y,
          ),
        ).toBeCloseTo(-r, 12);
      }
    }),
  );
});
