import { describe, expect, test } from 'vitest';
import { marketsOf, quoteCurrency } from '../../../src/sources/shared/markets.ts';

const LISTED = [
  { symbol: 'BTCUSDT', base: 'btc', quote: 'usdt' },
  { symbol: 'BTCEUR', base: 'btc', quote: 'eur' },
  { symbol: 'ETHUSDT', base: 'eth', quote: 'usdt' },
  { symbol: 'PEPEBTC', base: 'pepe', quote: 'btc' },
];

function choose(coins: readonly string[], quote: string) {
  const warnings: string[] = [];
  const markets = marketsOf({ exchange: 'binance', coins, quote }, LISTED, (text) => warnings.push(text));
  return { symbols: markets.map(({ symbol }) => symbol), warnings };
}

describe('markets of an exchange', () => {
  test('each coin has its market in the quote', () => {
    expect(choose(['eth', 'btc'], 'usdt')).toEqual({ symbols: ['ETHUSDT', 'BTCUSDT'], warnings: [] });
  });

  test('without a coin, bitcoin and ether are followed', () => {
    expect(choose([], 'usdt').symbols).toEqual(['BTCUSDT', 'ETHUSDT']);
  });

  test('a coin without a market in the quote is left out with a warning that names the quotes it has', () => {
    expect(choose(['btc', 'eth', 'nope'], 'eur')).toEqual({
      symbols: ['BTCEUR'],
      warnings: [
        'binance has no market eth/eur, only eth in usdt; it is left out',
        'binance does not trade nope; it is left out',
      ],
    });
  });

  test('when no coin has a market the run ends with a hint', () => {
    expect(() => choose(['pepe', 'nope'], 'usdt')).toThrow(
      'binance has no market pepe/usdt, only pepe in btc; does not trade nope',
    );
  });

  test('a quote is a symbol in any case', () => {
    expect(quoteCurrency.parse(' USDT ')).toBe('usdt');
    expect(() => quoteCurrency.parse('us/dt')).toThrow('is not a currency symbol');
  });
});
