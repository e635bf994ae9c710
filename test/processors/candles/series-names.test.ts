import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinKey } from '../../../src/core/text/key.ts';
import { SeriesNames } from '../../../src/processors/candles/series-names.ts';

test('a series has the joined key of its names, and its names again by that key', () => {
  const name = fc.constantFrom('btc', 'usdt', 'all', '', 'a|b', '%7C', '__proto__', 'constructor');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name, name)), (series) => {
      const names = new SeriesNames();
      for (const one of series) {
        expect(names.keyOf(...one)).toBe(joinKey(...one));
        expect(names.namesOf(joinKey(...one))).toEqual(one);
      }
    }),
  );
});

test('more series than are remembered keep their keys', () => {
  const names = new SeriesNames();
  for (const less of [0, 1])
    for (let i = 0; i < 1500; i++) {
      const coin = `c${i % (1500 - less)}`;
      expect(names.keyOf(coin, 'usd', 'file')).toBe(`${coin}|usd|file`);
      expect(names.namesOf(`${coin}|usd|file`)).toEqual([coin, 'usd', 'file']);
    }
});
