import { expect, test } from 'vitest';
import { ofCoins } from '../../src/processors/select-subjects.ts';

const btc = { tag: 'btc', coin: 'btc' };
const rule = { tag: '$Foo ', coin: null };

test('without --coin all subjects are wanted', () => expect(ofCoins([btc, rule], [])).toEqual([btc, rule]));

test('an unknown coin is found by the tag of its rule', () => {
  expect(ofCoins([btc, rule], ['foo'])).toEqual([{ tag: 'foo', coin: 'foo' }]);
  expect(ofCoins([btc, rule], ['btc', 'eth'])).toEqual([btc]);
  expect(ofCoins([{ tag: 'news', coin: null }], ['foo'])).toEqual([]);
});
