import { describe, expect, test } from 'vitest';
import { pairInName, splitSymbol } from '../../../../../src/market/prices/layout/columns/pair.ts';

const split = (symbol: string): string | undefined => {
  const pair = splitSymbol(symbol);
  return pair && `${pair.base}/${pair.quote}`;
};

describe('a symbol', () => {
  test.each([
    ['BTC/USDT', 'btc/usdt'],
    ['BTC/USDT:USDT', 'btc/usdt'],
    ['BTC-USD', 'btc/usd'],
    ['BTC_USDT', 'btc/usdt'],
    ['BTC USD', 'btc/usd'],
    ['BTC-USDT-SWAP', 'btc/usdt'],
    ['BTCUSDT', 'btc/usdt'],
    ['btcusdt', 'btc/usdt'],
    ['ETHBTC', 'eth/btc'],
    ['1000PEPEUSDT', '1000pepe/usdt'],
    ['tBTCUSD', 'btc/usd'],
    ['tBTCUST', 'btc/usdt'],
    ['tDOGE:USD', 'doge/usd'],
    ['XBTUSD', 'btc/usd'],
    ['XBT/EUR', 'btc/eur'],
    ['XXBTZUSD', 'btc/usd'],
    ['XETHXXBT', 'eth/btc'],
    ['XDGUSD', 'doge/usd'],
    ['BINANCE:BTCUSDT', 'btc/usdt'],
    ['EURUSD', 'eur/usd'],
    ['USDTTMN', 'usdt/tmn'],
    ['BTCTUSD', 'btc/tusd'],
    ['DOTUSD', 'dot/usd'],
    ['BTCFDUSD', 'btc/fdusd'],
  ])('%s is %s', (symbol, pair) => {
    expect(split(symbol)).toBe(pair);
  });

  test.each([
    '',
    '1',
    'BTC',
    'Bitcoin',
    'BTC-PERPETUAL',
    'BTC-28JUN24',
    'KRW-BTC',
    'USDT_BTC',
    'BTC-ETH',
    'XYZTUSD',
    'spot',
    'EURUSD=X',
    'USD',
  ])("'%s' is not certain to be a pair", (symbol) => {
    expect(split(symbol)).toBeUndefined();
  });
});

describe('the name of a file', () => {
  test.each([
    ['data/Binance_BTCUSDT_1h.csv', 'btc/usdt'],
    ['btc-usd-max.csv.gz', 'btc/usd'],
    ['ETH_USDT.json', 'eth/usdt'],
    ['tick-2024-01-01.csv', undefined],
    ['trades.csv', undefined],
  ])('%s suggests %s', (file, pair) => {
    const found = pairInName(file);
    expect(found && `${found.base}/${found.quote}`).toBe(pair);
  });
});
