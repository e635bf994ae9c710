import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/core/util/random.ts';
import { drawShifts, PairStatistics, type SeriesPair, testFamily } from '../../../src/market/lead/family.ts';
import { noise, planted } from './lead-data.ts';

const settings = { highestLag: 3, draws: 199, seed: 1 };

function pairOf(seed: number, lag?: number, count = 300): SeriesPair {
  const x = noise(seed, 'x', count);
  const other = noise(seed, 'y', count);
  return { window: '10m', x, y: lag === undefined ? other : planted(x, lag, 0.4, other), lost: 0 };
}

describe('a family of tests', () => {
  test('a planted lead has the least p, at its lag and sign', () => {
    const { cells } = testFamily([pairOf(1), pairOf(2, 2)], settings);
    expect(cells[1]![5]!.p).toBe(1 / 200);
    expect(cells[1]![5]!.squared).toBeGreaterThan(20);
    expect(cells.flat().filter(({ p }) => p < 0.05)).toHaveLength(1);
    const { x, y } = pairOf(2, 2);
    const opposite = testFamily([{ window: '10m', x, y: y.map((value) => -value), lost: 0 }], settings);
    expect(opposite.cells[0]![5]!.squared).toBeLessThan(-20);
  });

  test('what follows the return is found at a negative lag', () => {
    const { x, y } = pairOf(3, 1);
    const { cells } = testFamily([{ window: '10m', x: y, y: x, lost: 0 }], settings);
    expect(cells[0]![2]!.p).toBe(1 / 200);
  });

  test('the same cell is less remarkable among more pairs', () => {
    const alone = testFamily([pairOf(4)], settings).cells[0]!;
    const among = testFamily([pairOf(4), pairOf(5), pairOf(6), pairOf(7)], settings).cells[0]!;
    alone.forEach(({ p, squared }, at) => {
      expect(among[at]!.squared).toBe(squared);
      expect(among[at]!.p).toBeGreaterThanOrEqual(p);
    });
    expect(among.some(({ p }, at) => p > alone[at]!.p)).toBe(true);
  });

  test('a stronger correlation never has a larger p, and a seed fixes all p', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
        const { cells } = testFamily([pairOf(seed, undefined, 60)], { ...settings, draws: 49, seed });
        const sorted = cells.flat().sort((a, b) => Math.abs(b.squared) - Math.abs(a.squared));
        sorted.reduce((a, b) => {
          expect(b.p).toBeGreaterThanOrEqual(a.p);
          return b;
        });
        for (const { p } of sorted) expect(p).toBeGreaterThanOrEqual(1 / 50);
      }),
      { numRuns: 20 },
    );
    expect(testFamily([pairOf(8)], settings)).toEqual(testFamily([pairOf(8)], settings));
  });

  test('an outlier counts little: the ranks find a lead that it hides', () => {
    const { x, y } = pairOf(9, 1);
    x[100] = 1e6;
    y[200] = -1e6;
    const { cells } = testFamily([{ window: '10m', x, y, lost: 0 }], settings);
    expect(cells[0]![4]!.p).toBe(1 / 200);
  });
});

test('a rhythm that was taken out makes observed statistics count for less', () => {
  const pair = pairOf(1, 2);
  const free = new PairStatistics(pair, 2).observed()[4]!;
  // Half of the freedom lost, four segments: (1 - 1 + 1/4) / (1/2).
  expect(new PairStatistics({ ...pair, lost: 0.5 }, 2).observed()[4]! / free).toBeCloseTo(0.5, 12);
});

test('shifts stay within their segments: four of a short series, more of a long one', () => {
  const shiftsOf = (length: number) => drawShifts(length, 50, random(1, 'shifts'));
  expect(shiftsOf(48).map((one) => one.length)).toEqual(Array(50).fill(4));
  expect(Math.max(...shiftsOf(48).flatMap((one) => [...one]))).toBe(11);
  expect(shiftsOf(24)[0]).toHaveLength(2);
  expect(shiftsOf(10)[0]).toHaveLength(1);
  expect(shiftsOf(2560)[0]).toHaveLength(10);
});
