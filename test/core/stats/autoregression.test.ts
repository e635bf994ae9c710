import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitAutoregression, prewhitened } from '../../../src/core/stats/autoregression.ts';
import { random } from '../../../src/core/util/random.ts';

const MISSING = Number.NaN;

describe('the fit', () => {
  test('an autoregression is found again: its order and its coefficients', () => {
    const { normal } = random(3, 'ar');
    const values = new Float64Array(5000);
    for (let t = 0; t < values.length; t++)
      values[t] = 7 + 0.5 * ((values[t - 1] ?? 7) - 7) - 0.3 * ((values[t - 2] ?? 7) - 7) + normal();
    const { mean, coefficients } = fitAutoregression(values, 10);
    expect(mean).toBeCloseTo(7, 1);
    expect(coefficients[0]).toBeCloseTo(0.5, 1);
    expect(coefficients[1]).toBeCloseTo(-0.3, 1);
  });

  test('white noise has little to foresee', () => {
    const { normal } = random(5, 'white');
    const { coefficients } = fitAutoregression(Float64Array.from({ length: 2000 }, normal), 10);
    for (const phi of coefficients) expect(Math.abs(phi)).toBeLessThan(0.08);
  });

  test('any series with gaps gives finite coefficients', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(MISSING));
    fc.assert(
      fc.property(fc.array(value, { minLength: 8, maxLength: 100, size: 'max' }), (values) => {
        const { coefficients } = fitAutoregression(Float64Array.from(values), 6);
        expect(coefficients.every(Number.isFinite)).toBe(true);
      }),
    );
  });
});

describe('prewhitening', () => {
  const half = { mean: 10, coefficients: [0.5] };
  const residuals = (model: { mean: number; coefficients: number[] }, ...values: number[]) => [
    ...prewhitened(Float64Array.from(values), model),
  ];

  test('without coefficients only the mean is taken off', () => {
    expect(residuals({ mean: 2, coefficients: [] }, 1, MISSING, 3)).toEqual([-1, MISSING, 1]);
  });

  test('each value loses its prediction, and the first ones, without a past, are missing', () => {
    expect(residuals(half, 12, 10, 14)).toEqual([MISSING, -1, 4]);
    expect(residuals({ mean: 0, coefficients: [0.5, 0.25] }, 4, 8, 6)).toEqual([MISSING, MISSING, 1]);
  });

  test('in a short gap a missing value counts as its prediction', () => {
    // 12 predicts 11, and that predicts 10.5.
    expect(residuals(half, 12, MISSING, 11)).toEqual([MISSING, MISSING, 0.5]);
  });

  test('after a gap longer than the order it begins anew', () => {
    expect(residuals(half, 12, MISSING, MISSING, 14, 13)).toEqual([MISSING, MISSING, MISSING, MISSING, 1]);
  });

  test('a gap at the start is skipped', () => {
    expect(residuals(half, MISSING, 12, 10)).toEqual([MISSING, MISSING, -1]);
  });
});
