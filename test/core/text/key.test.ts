import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinKey, pairKey, splitKey } from '../../../src/core/text/key.ts';

/** Texts of the characters that matter, and any others. */
const part = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '|', '%', '/', '@', '7', 'C', '2', '5'), maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

test('plain parts are joined with bars', () => {
  expect(joinKey('btc', 'usdt', '10m', '2026-03-02T10:00:00.000Z')).toBe(
    'btc|usdt|10m|2026-03-02T10:00:00.000Z',
  );
  expect(joinKey('a/b@c', 'd')).toBe('a/b@c|d');
  expect(pairKey('btc', 'usdt', '2026-03-02T10:00:00.000Z')).toBe('btc/usdt@2026-03-02T10:00:00.000Z');
});

test('a bar inside a part is escaped', () => {
  expect(joinKey('a|b', 'c')).toBe('a%7Cb|c');
  expect(joinKey('a', 'b|c')).toBe('a|b%7Cc');
  expect(pairKey('a/b', 'c@d', 't')).toBe('a%2Fb/c%40d@t');
});

test('splitKey returns the parts of a key', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      expect(splitKey(joinKey(...parts))).toEqual(parts);
    }),
    { seed: 3 },
  );
});

test('a key stored before parts were escaped is split at its bars', () => {
  expect(splitKey('50%|usdt')).toEqual(['50%', 'usdt']);
});

test('different pairs have different keys', () => {
  fc.assert(
    fc.property(part, part, part, part, (base, quote, otherBase, otherQuote) => {
      fc.pre(base !== otherBase || quote !== otherQuote);
      expect(pairKey(base, quote, 't')).not.toBe(pairKey(otherBase, otherQuote, 't'));
      expect(joinKey(base, quote)).not.toBe(joinKey(otherBase, otherQuote));
    }),
    { seed: 3 },
  );
});
