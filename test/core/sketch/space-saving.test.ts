import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrequentWords } from '../../../src/core/sketch/space-saving.ts';

/** Words of a skewed distribution: small numbers are frequent. */
const word = fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 300 })).map(([a, b]) => `w${Math.min(a, b)}`);
const words = fc.array(word, { maxLength: 1500, size: 'max' });

const sketchOf = (list: readonly string[]): FrequentWords => {
  const sketch = new FrequentWords();
  for (const one of list) sketch.add(one);
  return sketch;
};
function exact(list: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

/** No count is too small, nor too large by more than its error, which is at most total / 64. */
function expectBounds(sketch: FrequentWords, list: readonly string[]): void {
  const counts = exact(list);
  for (const { word: name, count, error } of sketch.top(64)) {
    const real = counts.get(name) ?? 0;
    expect(count).toBeGreaterThanOrEqual(real);
    expect(count - error).toBeLessThanOrEqual(real);
    expect(error).toBeLessThanOrEqual(list.length / 64);
  }
  const kept = new Set(sketch.top(64).map((one) => one.word));
  for (const [name, count] of counts) if (count > list.length / 64) expect(kept).toContain(name);
}

describe('frequent words', () => {
  test('each count is within its error, and every word of more than total / 64 is kept', () => {
    fc.assert(
      fc.property(words, (list) => expectBounds(sketchOf(list), list)),
      { numRuns: 50 },
    );
  });

  test('merged sketches keep the bounds of all words together', () => {
    fc.assert(
      fc.property(words, words, (one, other) => {
        const merged = sketchOf(one);
        merged.merge(sketchOf(other));
        expectBounds(merged, [...one, ...other]);
      }),
      { numRuns: 50 },
    );
  });

  test('up to 64 words are counted exactly, the most frequent first and equals by the alphabet', () => {
    const sketch = sketchOf(['b', 'a', 'c', 'c', 'a', 'd']);
    expect(sketch.top(3)).toEqual([
      { word: 'a', count: 2, error: 0 },
      { word: 'c', count: 2, error: 0 },
      { word: 'b', count: 1, error: 0 },
    ]);
  });

  test('a restart at any step changes no count', () => {
    fc.assert(
      fc.property(words, fc.nat({ max: 1500 }), (list, at) => {
        const restored = FrequentWords.from(JSON.parse(JSON.stringify(sketchOf(list.slice(0, at)))));
        for (const one of list.slice(at)) restored.add(one);
        expect(restored.top(64)).toEqual(sketchOf(list).top(64));
      }),
      { numRuns: 50 },
    );
  });
});
