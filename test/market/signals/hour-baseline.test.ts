import { describe, expect, test } from 'vitest';
import { HOUR } from '../../../src/core/util/time.ts';
import {
  type HourBaseline,
  hourOfWeek,
  usual,
  withValue,
} from '../../../src/market/signals/hour-baseline.ts';

const MONDAY = Date.UTC(2026, 2, 2);
const baselineAfter = (values: readonly number[]): HourBaseline | undefined =>
  values.reduce<HourBaseline | undefined>(
    (base, value, i) => withValue(base, value, MONDAY + i * HOUR),
    undefined,
  );

describe('the baseline of an hour of the week', () => {
  test.each([
    [MONDAY - 1, 167],
    [MONDAY, 0],
    [MONDAY + HOUR - 1, 0],
    [MONDAY + HOUR, 1],
    [-1, 71],
  ])('%i is in hour %i', (time, hour) => {
    expect(hourOfWeek(time)).toBe(hour);
  });

  test('a baseline has the mean and the deviation of the values of its hour', () => {
    const { mean, deviation } = usual(baselineAfter([1, 2, 3, 6]), MONDAY + 9 * HOUR)!;
    expect(mean).toBeCloseTo(3, 12);
    expect(deviation).toBeCloseTo(Math.sqrt(3.5), 12);
  });

  test('a baseline is unknown before four values, without variation, and for a window that is not later than all values', () => {
    expect(usual(baselineAfter([1, 2, 3]), MONDAY + 9 * HOUR)).toBeUndefined();
    expect(usual(baselineAfter([2, 2, 2, 2]), MONDAY + 9 * HOUR)).toBeUndefined();
    expect(usual(baselineAfter([1, 2, 3, 6]), MONDAY + 3 * HOUR)).toBeUndefined();
    expect(usual(undefined, MONDAY)).toBeUndefined();
  });

  test('a baseline forgets old values', () => {
    const values = Array.from({ length: 600 }, (_, i) => (i < 100 ? 1000 : i % 2));
    expect(usual(baselineAfter(values), MONDAY + 999 * HOUR)!.mean).toBeCloseTo(0.5, 1);
  });
});
