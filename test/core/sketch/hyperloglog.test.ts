import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DistinctCount } from '../../../src/core/sketch/hyperloglog.ts';

const countOf = (texts: Iterable<string>): DistinctCount => {
  const sketch = new DistinctCount();
  for (const text of texts) sketch.add(text);
  return sketch;
};
const copy = (sketch: DistinctCount) => DistinctCount.from(JSON.parse(JSON.stringify(sketch)));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `author ${from + i}`);

describe('distinct count', () => {
  test('up to 256 texts it is exact, however often each comes', () => {
    const words = fc.array(fc.nat({ max: 300 }).map(String), { maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(words, (texts) => {
        expect(countOf(texts).count).toBe(new Set(texts).size);
      }),
    );
  });

  test.each([257, 1000, 5000, 10_000, 50_000, 200_000])(
    'of %i texts it is within 5 %, three standard errors',
    (size) => {
      for (const seed of [1, 1e6, 2e6]) {
        const { count } = countOf(range(seed, seed + size));
        expect(Math.abs(count / size - 1)).toBeLessThan(0.05);
      }
    },
  );

  test('merged counts are the count of all texts, before and after they have registers', () => {
    const sizes = fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 600 }), fc.nat({ max: 600 }));
    fc.assert(
      fc.property(sizes, ([a, b, overlap]) => {
        const [one, other] = [range(0, a), range(Math.max(0, a - overlap), a + b)];
        const merged = countOf(one);
        merged.merge(countOf(other));
        expect(merged.count).toBe(countOf([...one, ...other]).count);
      }),
      { numRuns: 50 },
    );
  });

  test('a stored sketch is restored and keeps counting', () => {
    for (const size of [0, 10, 256, 257, 3000]) {
      const sketch = countOf(range(0, size));
      const restored = copy(sketch);
      expect(restored.count).toBe(sketch.count);
      restored.add('another');
      sketch.add('another');
      expect(restored.toJSON()).toEqual(sketch.toJSON());
    }
  });
});
