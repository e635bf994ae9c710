import { expect, test } from 'vitest';
import { wantedOf } from '../../src/processors/select-subjects.ts';

const btc = { tag: 'btc', coin: 'btc' };
const rule = { tag: '$Foo ', coin: null };

test('all are wanted when no coin is asked for', () =>
  expect(wantedOf([btc, rule], [])).toEqual([btc, rule]));

test('a coin not known here is found by the tag of its rule, and is a coin then', () => {
  expect(wantedOf([btc, rule], ['foo'])).toEqual([{ tag: 'foo', coin: 'foo' }]);
  expect(wantedOf([btc, rule], ['btc', 'eth'])).toEqual([btc]);
  expect(wantedOf([{ tag: 'news', coin: null }], ['foo'])).toEqual([]);
});
