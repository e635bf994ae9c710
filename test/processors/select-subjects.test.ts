import { expect, test } from 'vitest';
import { wantedOf } from '../../src/processors/select-subjects.ts';

const btc = { tag: 'btc', coin: 'btc' };
const rule = { tag: '$Foo ', coin: null };

test('without --coin all subjects are wanted', () => expect(wantedOf([btc, rule], [])).toEqual([btc, rule]));

test('an unknown coin is found by the tag of its rule', () => {
  expect(wantedOf([btc, rule], ['foo'])).toEqual([{ tag: 'foo', coin: 'foo' }]);
  expect(wantedOf([btc, rule], ['btc', 'eth'])).toEqual([btc]);
  expect(wantedOf([{ tag: 'news', coin: null }], ['foo'])).toEqual([]);
});
