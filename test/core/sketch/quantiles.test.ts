import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuantileSketch } from '../../../src/core/sketch/quantiles.ts';

const values = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 1_000_000_000 })), {
  minLength: 1,
  maxLength: 300,
  size: 'max',
});
const sketchOf = (list: readonly number[]): QuantileSketch => {
  const sketch = new QuantileSketch();
  for (const one of list) sketch.add(one);
  return sketch;
};
const exact = (list: readonly number[], fraction: number): number =>
  [...list].sort((a, b) => a - b)[Math.floor(fraction * (list.length - 1))]!;

describe('quantiles', () => {
  test('each quantile is within 1 % of the value of its rank, zeros included', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, fraction) => {
        const real = exact(list, fraction);
        expect(Math.abs(sketchOf(list).quantile(fraction)! - real)).toBeLessThanOrEqual(0.0100001 * real);
      }),
    );
  });

  test('merging in any order loses nothing', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const merged = sketchOf(one);
        merged.merge(QuantileSketch.from(JSON.parse(JSON.stringify(sketchOf(other)))));
        for (const fraction of [0, 0.1, 0.5, 0.99, 1])
          expect(merged.quantile(fraction)).toBe(sketchOf([...other, ...one]).quantile(fraction));
      }),
    );
  });

  test('without values there is no quantile', () => {
    expect(new QuantileSketch().quantile(0.5)).toBeNull();
  });
});
