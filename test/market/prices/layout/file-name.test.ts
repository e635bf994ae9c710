import { describe, expect, test } from 'vitest';
import { readFileName } from '../../../../src/market/prices/layout/file-name.ts';

const read = (file: string, layout: string): string => {
  const { pair, length, isKnown } = readFileName(file, layout);
  return `${pair ? `${pair.base}/${pair.quote}` : '-'} ${length?.text ?? '-'} ${isKnown ? 'known' : 'other'}`;
};

describe('the name of a file', () => {
  test.each([
    ['data/BTCUSDT-1m-2024-01.csv', 'binance klines', 'btc/usdt 1m known'],
    ['BTCUSDT-1h.csv.gz', 'binance klines', 'btc/usdt 1h known'],
    ['BTCUSDT-1mo-2024-01.zip', 'binance klines', 'btc/usdt 1M known'],
    ['ETHBTC-aggTrades-2024-01-02.csv', 'binance aggTrades', 'eth/btc - known'],
    ['XBTUSD_1440.csv', 'kraken ohlcvt', 'btc/usd 1d known'],
    ['kraken-XBTUSD_15.csv', 'kraken ohlcvt', 'btc/usd 15m known'],
    ['C:\\data\\XBTUSD.csv', 'kraken trades', 'btc/usd - known'],
  ])('%s of %s: %s', (file, layout, found) => {
    expect(read(file, layout)).toBe(found);
  });

  test.each([
    ['BTCUSDT-1m-2024-01.csv', 'columns by name', '- 1m other'],
    ['Binance_BTCUSDT_1h.csv', 'cryptodatadownload', '- 1h other'],
    ['Bitstamp_BTCUSD_d.csv', 'cryptodatadownload', '- 1d other'],
    ['btcusd_1-min_data.csv', 'columns by name', '- 1m other'],
    ['BTC-daily.parquet', 'columns by name', '- 1d other'],
    ['5m-and-1h.csv', 'columns by name', '- - other'],
    ['btc_30d.csv', 'columns by name', '- - other'],
    ['XBTUSD_1440.csv', 'columns by name', '- - other'],
    ['MYFILE.csv', 'kraken trades', '- - other'],
  ])('%s of %s tells no pair: %s', (file, layout, found) => {
    expect(read(file, layout)).toBe(found);
  });
});
