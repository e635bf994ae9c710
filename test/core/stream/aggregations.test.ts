import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ohlc, type TimedValue } from '../../../src/core/stream/aggregations.ts';

const aggregate = (samples: readonly TimedValue[]) => {
  const state = ohlc.start();
  for (const sample of samples) ohlc.add(state, sample);
  return ohlc.result(state);
};

describe('aggregations', () => {
  test('the mean of a million samples is exact, unlike that of a plain sum', () => {
    const values = Array.from({ length: 1_000_000 }, (_, i) => (i % 2 === 0 ? 0.1 : 0.3));
    expect(aggregate(values.map((value, offset) => ({ time: 0, offset, value }))).mean).toBe(0.2);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).not.toBe(0.2);
  });

  test('ohlc has mean and count', () => {
    const samples = [1, 2, 6].map((value, offset) => ({ time: 0, offset, value }));
    expect(aggregate(samples)).toMatchObject({ mean: 3, count: 3 });
  });

  test('open is the first sample by (time, offset) and close the last, in any order of arrival', () => {
    const samples = [
      { time: 1000, offset: 4, value: 10 },
      { time: 1000, offset: 5, value: 11 },
      { time: 2000, offset: 1, value: 12 },
      { time: 2000, offset: 2, value: 9 },
    ];
    for (const order of [samples, [...samples].reverse()])
      expect(aggregate(order)).toMatchObject({
        open: 10,
        close: 9,
        high: 12,
        low: 9,
        firstTime: 1000,
        lastTime: 2000,
      });
  });

  test('values beyond 32-bit floats keep every digit', () => {
    const value = 1_367_566_874_513.25;
    expect(aggregate([{ time: 0, offset: 0, value }])).toMatchObject({ open: value, mean: value });
    expect(Math.fround(value)).not.toBe(value);
  });

  test('maxGapMs is the largest gap between neighbouring samples', () => {
    expect(aggregate([0, 10, 45, 50].map((time, offset) => ({ time, offset, value: 1 }))).maxGapMs).toBe(35);
  });

  test('open, high, low, close, mean do not depend on the order of arrival', () => {
    const sample = fc.record({
      time: fc.integer({ min: 0, max: 50 }),
      value: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 30 }), fc.integer(), (given, turn) => {
        const samples = given.map((one, offset) => ({ ...one, offset }));
        const shift = Math.abs(turn) % samples.length;
        const turned = [...samples.slice(shift), ...samples.slice(0, shift)];
        const { maxGapMs: _a, mean: meanA, ...a } = aggregate(samples);
        const { maxGapMs: _b, mean: meanB, ...b } = aggregate(turned);
        expect(a).toEqual(b);
        expect(Math.abs(meanA - meanB)).toBeLessThanOrEqual(1e-12 * meanA);
        expect(meanA).toBeGreaterThanOrEqual(a.low);
        expect(meanA).toBeLessThanOrEqual(a.high);
      }),
    );
  });
});
