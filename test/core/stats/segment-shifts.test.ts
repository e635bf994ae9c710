import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanOf } from '../../../src/core/stats/correlation.ts';
import { SegmentShifts, segmentBounds } from '../../../src/core/stats/segment-shifts.ts';

test('segments cover a series and have nearly equal lengths', () => {
  expect(segmentBounds(10, 4)).toEqual([0, 2, 5, 7, 10]);
  expect(segmentBounds(7, 1)).toEqual([0, 7]);
});

/** By the definition: shifts x, multiplies, sums. */
function slowly(
  x: readonly number[],
  y: readonly number[],
  lag: number,
  bounds: readonly number[],
  shifts: readonly number[],
) {
  const centre = (values: readonly number[]) => {
    const mean = meanOf(Float64Array.from(values));
    return values.map((value) => (Number.isNaN(value) ? 0 : value - mean));
  };
  const [xs, ys] = [centre(x), centre(y)];
  const shifted = shifts.flatMap((shift, j) => {
    const segment = xs.slice(bounds[j]!, bounds[j + 1]!);
    return segment.map((_, at) => segment[(at - shift + segment.length) % segment.length]!);
  });
  const products = shifted.map((value, t) => value * (ys[t + lag] ?? 0));
  const sum = products.reduce((a, b) => a + b, 0);
  const square = products.reduce((a, b) => a + b * b, 0);
  return square === 0 ? 0 : (Math.sign(sum) * sum * sum) / square;
}

test('tables give what shifting and multiplying gives, for every lag, with gaps', () => {
  const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Number.NaN));
  const pairs = fc.array(fc.tuple(value, value), { minLength: 12, maxLength: 50, size: 'max' });
  fc.assert(
    fc.property(
      pairs,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 8 }),
      fc.nat(),
      (given, segments, most, seed) => {
        const [x, y] = [given.map(([one]) => one), given.map(([, other]) => other)];
        fc.pre(x.some((one) => !Number.isNaN(one)) && y.some((one) => !Number.isNaN(one)));
        const bounds = segmentBounds(x.length, segments);
        const table = new SegmentShifts(Float64Array.from(x), Float64Array.from(y), most, bounds);
        const shifts = bounds.slice(1).map((end, j) => (seed + 7 * j) % (end - bounds[j]!));
        for (let lag = -most; lag <= most; lag++) {
          expect(table.squared(Uint32Array.from(shifts))[lag + most]).toBeCloseTo(
            slowly(x, y, lag, bounds, shifts),
            6,
          );
          const none = shifts.map(() => 0);
          expect(table.squared()[lag + most]).toBeCloseTo(slowly(x, y, lag, bounds, none), 6);
        }
      },
    ),
  );
});
