import { expect, test } from 'vitest';
import { binanceProblems } from '../../../src/sources/binance/settings.ts';

test('a length of bars that Binance has not is refused with those it has', () => {
  expect(binanceProblems({ interval: 0, coins: [] })).toEqual([]);
  expect(binanceProblems({ interval: 1000, coins: [] })).toEqual([]);
  expect(binanceProblems({ interval: 7 * 60_000, coins: [] })).toEqual([
    '--interval: Binance has no bars of 7m; choose from 1s, 1m, 3m, 5m, 15m, 30m, 1h, 2h, 4h, 6h, 8h, 12h, 1d',
  ]);
});

test('more coins than one connection streams are refused', () => {
  expect(binanceProblems({ interval: 0, coins: Array(1025).fill('btc') })).toHaveLength(1);
});
