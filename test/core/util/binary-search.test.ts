import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerBound } from '../../../src/core/util/binary-search.ts';

test('lowerBound finds what a linear search finds', () => {
  const sorted = fc.array(fc.integer({ min: 0, max: 20 })).map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(sorted, fc.integer({ min: -1, max: 21 }), (all, sought) => {
      const each = all.findIndex((value) => value >= sought);
      expect(lowerBound(0, all.length, (at) => all[at]! >= sought)).toBe(each < 0 ? all.length : each);
    }),
  );
});
