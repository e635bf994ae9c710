import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noTexts, textStore } from '../../../src/sinks/lake/texts.ts';

describe('texts outside the heap', () => {
  test('are loaded as they were stored, empty, long and of any script, in any order', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constant('🚀'.repeat(5000)),
      fc.constant('ü'.repeat(4094)),
      fc.nat(9000).map((length) => 'x'.repeat(length)),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), (all) => {
        const store = textStore();
        const [texts, others] = [noTexts(), noTexts()];
        const places = all.map((one) => {
          store.store(others, 'other');
          return store.store(texts, one);
        });
        expect(places.map((place) => store.load(texts, place))).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });

  test('leave their chunks to others when they are let go', () => {
    const store = textStore();
    const [first, second] = [noTexts(), noTexts()];
    for (let i = 0; i < 10; i++) store.store(first, 'a'.repeat(5000));
    const chunks = new Set(first.chunks);
    expect(first.bytes).toBe(10 * 8192);
    store.release(first);
    for (let i = 0; i < 10; i++) store.store(second, 'b'.repeat(5000));
    expect(second.chunks.every((chunk) => chunks.has(chunk))).toBe(true);
    expect([first.bytes, first.chunks]).toEqual([0, []]);
  });

  test('with half a surrogate pair have the replacement character', () => {
    const [store, texts] = [textStore(), noTexts()];
    expect(store.load(texts, store.store(texts, 'a\ud83d'))).toBe('a\ufffd');
  });
});
