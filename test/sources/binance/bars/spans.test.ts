import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWithin, type TimeSpan, uncovered, withSpan } from '../../../../src/sources/binance/bars/spans.ts';

const span = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 8 }))
  .map(([from, length]): TimeSpan => [from, from + length]);
const spansOf = (added: readonly TimeSpan[]): readonly TimeSpan[] =>
  added.reduce<readonly TimeSpan[]>((spans, one) => withSpan(spans, one), []);

test('a time is covered exactly if one of the added spans holds it', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), (added) => {
      const spans = spansOf(added);
      for (let time = 0; time < 50; time++)
        expect(isWithin(spans, time)).toBe(added.some(([from, until]) => time >= from && time < until));
    }),
  );
});

test('spans are in order, and do not touch', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), (added) => {
      const spans = spansOf(added);
      for (const [i, [from]] of spans.entries()) if (i > 0) expect(from).toBeGreaterThan(spans[i - 1]![1]);
    }),
  );
});

test('what is uncovered and what is covered make the whole', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), (added) => {
      const spans = spansOf(added);
      const missing = uncovered(spans, 5, 45);
      for (let time = 0; time < 50; time++)
        expect(isWithin(missing, time)).toBe(time >= 5 && time < 45 && !isWithin(spans, time));
    }),
  );
});

test('an empty span stays until a bar follows it', () => {
  expect(withSpan([], [7, 7])).toEqual([[7, 7]]);
  expect(withSpan([[7, 7]], [7, 9])).toEqual([[7, 9]]);
});
