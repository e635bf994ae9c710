import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  newStringBuffer,
  newStringPool,
  type StringBuffer,
  textRun,
  textsOfRows,
} from '../../../../src/sinks/lake/buffer/string-buffer.ts';

/** Texts at places of one chain, and of what chains share. */
const loaded = (places: readonly number[], own: StringBuffer, shared = newStringBuffer()) =>
  [...textsOfRows(textRun(Float64Array.from(places), own, shared, false))].map((texts) => texts?.[0] ?? null);

describe('texts outside the heap', () => {
  test('texts are loaded as they were stored, empty, long and of any script, in any order', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constant('🚀'.repeat(5000)),
      fc.constant('ü'.repeat(4094)),
      fc.nat(9000).map((length) => 'x'.repeat(length)),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), (all) => {
        const store = newStringPool();
        const [texts, others] = [newStringBuffer(), newStringBuffer()];
        const addresses = all.map((one) => {
          store.store(others, 'other');
          return store.store(texts, one);
        });
        expect(loaded(addresses, texts)).toEqual(all);
        expect(loaded(addresses.toReversed(), texts)).toEqual(all.toReversed());
      }),
      { numRuns: 60 },
    );
  });

  test('released texts free their chunks for others', () => {
    const store = newStringPool();
    const [first, second] = [newStringBuffer(), newStringBuffer()];
    for (let i = 0; i < 10; i++) store.store(first, 'a'.repeat(5000));
    const chunks = new Set(first.chunks);
    expect(first.bytes).toBe(10 * 8192);
    store.release(first);
    for (let i = 0; i < 10; i++) store.store(second, 'b'.repeat(5000));
    expect(second.chunks.every((chunk) => chunks.has(chunk))).toBe(true);
    expect([first.bytes, first.chunks]).toEqual([0, []]);
  });

  test('half a surrogate pair is stored as the replacement character', () => {
    const [store, texts] = [newStringPool(), newStringBuffer()];
    expect(loaded([store.store(texts, 'a\ud83d')], texts)).toEqual(['a\ufffd']);
  });

  test('a negative address is a shared text, and NaN is null', () => {
    const [store, own, shared] = [newStringPool(), newStringBuffer(), newStringBuffer()];
    const addresses = [store.store(own, 'own'), Number.NaN, -1 - store.store(shared, 'shared')];
    expect(loaded(addresses, own, shared)).toEqual(['own', null, 'shared']);
  });

  test('lists are stored, also empty ones and lists of long texts', () => {
    const list = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('ü'.repeat(3000))));
    fc.assert(
      fc.property(fc.array(list, { maxLength: 30 }), (lists) => {
        const [store, texts] = [newStringPool(), newStringBuffer()];
        const addresses = Float64Array.from(lists, (one) => store.storeList(texts, one));
        expect([...textsOfRows(textRun(addresses, texts, newStringBuffer(), true))]).toEqual(lists);
      }),
      { numRuns: 60 },
    );
  });
});
