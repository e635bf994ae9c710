import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Covered } from '../../../../src/core/stream/windows/covered.ts';

test('a window is closed if it ends after the beginning of a span, at its end at the latest', () => {
  const covered = new Covered();
  covered.add(100, 200);
  expect([100, 101, 200, 201].map((end) => covered.isClosed(end))).toEqual([false, true, true, false]);
});

test('spans that touch or overlap are one', () => {
  const covered = new Covered();
  for (const [from, to] of [
    [300, 400],
    [100, 200],
    [200, 300],
    [50, 120],
    [600, 700],
  ] as const)
    covered.add(from, to);
  expect(covered.spans).toEqual([
    [50, 400],
    [600, 700],
  ]);
});

test('an empty span adds nothing', () => {
  const covered = new Covered();
  covered.add(5, 5);
  covered.add(6, 5);
  expect(covered.spans).toEqual([]);
});

test('past 32 spans the nearest two become one', () => {
  const covered = new Covered();
  for (let i = 0; i < 33; i++) covered.add(i * 100 + (i === 20 ? -10 : 0), i * 100 + 50);
  expect(covered.spans).toHaveLength(32);
  expect(covered.spans[19]).toEqual([1900, 2050]);
});

const span = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 20 }))
  .map(([from, length]) => [from, from + length] as const);

test('whatever the order, a window is closed exactly if one of the added spans closes it', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 30 }), (spans) => {
      const covered = new Covered();
      for (const [from, to] of spans) covered.add(from, to);
      for (let end = 0; end <= 330; end++)
        expect(covered.isClosed(end)).toBe(spans.some(([from, to]) => from < end && end <= to));
    }),
  );
});

test('spans stay sorted, apart and few, and a restored copy is equal', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 120 }), (spans) => {
      let covered = new Covered();
      for (const [from, to] of spans) {
        covered.add(from, to);
        covered = new Covered(JSON.parse(JSON.stringify(covered.spans)));
        expect(covered.isClosed(to)).toBe(true);
      }
      const kept = covered.spans;
      expect(kept.length).toBeLessThanOrEqual(32);
      for (let i = 1; i < kept.length; i++) expect(kept[i]![0]).toBeGreaterThan(kept[i - 1]![1]);
    }),
  );
});
