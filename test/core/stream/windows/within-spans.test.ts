import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withinSpans } from '../../../../src/core/stream/windows/within-spans.ts';

test('a span holds its first millisecond, and not its end', () => {
  const isWithin = withinSpans([
    [10, 20],
    [30, 40],
  ]);
  expect([9, 10, 19, 20, 29, 30, 39, 40].map(isWithin)).toEqual([
    false,
    true,
    true,
    false,
    false,
    true,
    true,
    false,
  ]);
  expect(withinSpans([])(0)).toBe(false);
});

test('lookups in any order give the same answers as a scan of all spans', () => {
  const time = fc.integer({ min: 0, max: 50 });
  fc.assert(
    fc.property(fc.array(fc.tuple(time, time)), fc.array(time), (spans, times) => {
      const isWithin = withinSpans(spans);
      for (const one of times)
        expect(isWithin(one)).toBe(spans.some(([from, to]) => one >= from && one < to));
    }),
  );
});
