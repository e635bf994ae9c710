import { expect, test } from 'vitest';
import { coinWarnings, ofCoins } from '../../src/processors/select/subjects.ts';

const btc = { tag: 'btc', coin: 'btc', why: 'name' } as const;
const rule = { tag: '$Foo ', coin: null, why: null };

test('without --coin all subjects are wanted', () => expect(ofCoins([btc, rule], [])).toEqual([btc, rule]));

test('an unknown coin is found by the tag of its rule', () => {
  expect(ofCoins([btc, rule], ['foo'])).toEqual([{ tag: 'foo', coin: 'foo', why: 'rule' }]);
  expect(ofCoins([btc, rule], ['btc', 'eth'])).toEqual([btc]);
  expect(ofCoins([{ tag: 'news', coin: null, why: null }], ['foo'])).toEqual([]);
});

test('an unlisted symbol is warned of, and one that no text can name', () => {
  expect(coinWarnings(['btc', 'wxyz', '100'])).toEqual([
    '--coin wxyz: the list of coins has no wxyz; only the cashtag $WXYZ and rules tagged wxyz select posts',
    '--coin 100: no text can name it, since $100 is an amount; only rules tagged 100 select posts',
  ]);
  expect(coinWarnings(['btc', 'ethereum'])).toEqual([]);
});
