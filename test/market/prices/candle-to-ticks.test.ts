import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import { candleToTicks } from '../../../src/market/prices/candle-to-ticks.ts';

describe('candleToTicks', () => {
  test('a rising candle passes its low first', () => {
    expect(candleToTicks({ time: 0, open: 10, high: 14, low: 9, close: 12 }, MINUTE)).toEqual([
      { time: 0, price: 10 },
      { time: 20_000, price: 9 },
      { time: 40_000, price: 14 },
      { time: 59_999, price: 12 },
    ]);
  });

  test('a falling or level candle passes its high first', () => {
    for (const close of [9.5, 10])
      expect(
        candleToTicks({ time: MINUTE, open: 10, high: 14, low: 9, close }, MINUTE).map(({ price }) => price),
      ).toEqual([10, 14, 9, close]);
  });

  test('the samples are in time order, inside the candle, and aggregate to it', () => {
    const price = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        price,
        price,
        price,
        price,
        fc.integer({ min: 4, max: 86_400_000 }),
        (a, b, c, d, interval) => {
          const candle = {
            time: 1000,
            open: a,
            close: b,
            high: Math.max(a, b, c, d),
            low: Math.min(a, b, c, d),
          };
          const samples = candleToTicks(candle, interval);
          const times = samples.map(({ time }) => time);
          const prices = samples.map(({ price }) => price);
          expect(new Set(times).size).toBe(4);
          expect(times).toEqual([...times].sort((x, y) => x - y));
          expect(times[0]).toBe(1000);
          expect(times[3]).toBe(1000 + interval - 1);
          expect({
            time: 1000,
            open: prices[0],
            close: prices[3],
            high: Math.max(...prices),
            low: Math.min(...prices),
          }).toEqual(candle);
        },
      ),
      { numRuns: 200 },
    );
  });
});
