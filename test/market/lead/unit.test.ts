import { expect, test } from 'vitest';
import { laggedPairs, pearson } from '../../../src/core/stats/correlation.ts';
import { highestOrder, leadUnit } from '../../../src/market/lead/unit.ts';
import { noise, START, TEN_MINUTES } from './lead-data.ts';

const input = { coin: 'btc', window: '10m', series: 'attention', start: START, length: TEN_MINUTES };

/** A random walk. */
function walk(seed: number, name: string): Float64Array {
  let level = 0;
  return noise(seed, name, 400).map((step) => {
    level += step;
    return level;
  });
}

test('random walks that have nothing in common correlate, and no longer without their memory', () => {
  let [before, after] = [0, 0];
  for (let seed = 0; seed < 40; seed++) {
    const [values, returns] = [walk(seed, 'x'), walk(seed, 'y')];
    const { x, y } = leadUnit({ ...input, values, returns });
    const { xs, ys } = laggedPairs(x, y, 0);
    expect(xs.length).toBeGreaterThan(350);
    // Independent values exceed 0.13 in one of 100 cases.
    if (Math.abs(pearson(values, returns)) > 0.13) before += 1;
    if (Math.abs(pearson(xs, ys)) > 0.13) after += 1;
  }
  expect(before).toBeGreaterThan(25);
  expect(after).toBeLessThanOrEqual(2);
});

test('the highest order is that of R, but no more than an eighth of the values', () => {
  expect([48, 100, 1000, 10_000].map(highestOrder)).toEqual([6, 12, 30, 40]);
});
