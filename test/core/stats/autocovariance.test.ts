import { expect, test } from 'vitest';
import { autocovariances, effectivePairs } from '../../../src/core/stats/autocovariance.ts';
import { random } from '../../../src/core/util/random.ts';

const MISSING = Number.NaN;

/** x[t] = memory * x[t - 1] + noise. */
function remembering(name: string, memory: number, count: number): Float64Array {
  const { normal } = random(1, name);
  let before = 0;
  return Float64Array.from({ length: count }, () => {
    before = memory * before + normal();
    return before;
  });
}

test('autocovariances of a complete series are divided by its length', () => {
  expect([...autocovariances(Float64Array.of(1, 2, 3, 4), 2)]).toEqual([1.25, 0.3125, -0.375]);
});

test('autocovariances of a series with gaps are means over the pairs that are there', () => {
  // Deviations -1, 0, -, 1: one pair at lag 1, of 0; one at lag 2, of 0; one at lag 3, of -1.
  const gamma = autocovariances(Float64Array.of(1, 2, MISSING, 3), 3);
  expect(gamma[0]).toBeCloseTo(2 / 3, 15);
  expect([...gamma.subarray(1)].map((value) => value + 0)).toEqual([-0 + 0, 0, -0.25]);
});

test('no pair at a lag counts as no covariance', () => {
  expect(autocovariances(Float64Array.of(1, MISSING, 3), 1)[1]).toBe(0);
});

test('pairs of series with memory are worth fewer independent ones, by Bartlett', () => {
  const [x, y] = [remembering('x', 0.8, 20_000), remembering('y', 0.8, 20_000)];
  // (1 - 0.64) / (1 + 0.64) of them.
  expect(effectivePairs(x, y, 20_000, 40) / 20_000).toBeCloseTo(0.36 / 1.64, 1);
  const white = remembering('white', 0, 20_000);
  expect(effectivePairs(white, y, 20_000, 40)).toBeGreaterThan(19_000);
});

test('effective pairs are never more than the pairs', () => {
  const alternating = Float64Array.from({ length: 100 }, (_, t) => (t % 2 === 0 ? 1 : -1) + t / 1000);
  expect(effectivePairs(remembering('x', 0.9, 100), alternating, 100, 5)).toBe(100);
});
