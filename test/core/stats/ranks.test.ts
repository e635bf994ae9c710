import fc from 'fast-check';
import { expect, test } from 'vitest';
import { averageRanks } from '../../../src/core/stats/ranks.ts';

test('equal values get the average of their ranks, and a missing value has none', () => {
  const ranks = averageRanks(Float64Array.of(3, Number.NaN, 1, 3, 2, 3));
  expect([...ranks]).toEqual([4, Number.NaN, 1, 4, 2, 4]);
  expect([...averageRanks(new Float64Array())]).toEqual([]);
});

test('a rank is one more than the values below, and half of the other equal ones', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(value, { size: 'max', maxLength: 60 }), (values) => {
      const expected = values.map((one) => {
        const below = values.filter((other) => other < one).length;
        const equal = values.filter((other) => other === one).length;
        return Number.isNaN(one) ? Number.NaN : 1 + below + (equal - 1) / 2;
      });
      expect([...averageRanks(Float64Array.from(values))]).toEqual(expected);
    }),
  );
});
