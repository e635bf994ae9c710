import { describe, expect, test } from 'vitest';
import { DATASETS } from '../../../src/market/catalog/datasets.ts';
import { ConsoleTable } from '../../../src/sinks/console/table.ts';

const candle = (close: number, coin = 'btc') => ({
  coin,
  quote: 'usdt',
  window: '10m',
  window_start: '2026-03-02T10:10:00.000Z',
  window_end: '2026-03-02T10:20:00.000Z',
  open: 67012.25,
  high: 67100.5,
  low: 66990.75,
  close,
  mean: 67050.125,
  samples: 40,
  first_time: '2026-03-02T10:10:00.000Z',
});
const candles = (fields: readonly string[], width: number) =>
  new ConsoleTable(DATASETS.candles, fields, width);

describe('a table', () => {
  test('a table of candles shows the prices in 80 columns, and returns the hidden columns', () => {
    const table = candles([], 80);
    expect(table.lines([candle(67042.5)])).toEqual([
      'coin  quote  window  window_start            open      high        low     close',
      'btc   usdt   10m     2026-03-02T10:10Z  67,012.25  67,100.5  66,990.75  67,042.5',
    ]);
    expect(table.hidden).toEqual([
      'source',
      'window_end',
      'mean',
      'volume',
      'quote_volume',
      'trades',
      'vwap',
      'samples',
      'ticks',
      'bars',
      'first_time',
      'last_time',
      'max_gap_ms',
      'revision',
      'final',
    ]);
  });

  test('a narrow table shows the time and the close', () => {
    expect(candles([], 48).lines([candle(67042.5)])[0]).toBe(
      'coin  quote  window  window_start          close',
    );
    expect(candles([], 5).lines([candle(1)])[0]).toBe('window_start');
  });

  test('a table of posts shows the text', () => {
    const table = new ConsoleTable(DATASETS['tweets-processed'], [], 80);
    const post = {
      id: '1790000000000000001',
      created_at: '2026-03-02T10:10:05.000Z',
      coin: 'btc',
      username: 'satoshi_fan',
      text: 'Bitcoin 🚀 to the moon, and then some more words that nobody reads to their end',
    };
    expect(table.lines([post])).toEqual([
      'created_at            coin  text                                     username',
      '2026-03-02T10:10:05Z  btc   Bitcoin 🚀 to the moon, and then some …  satoshi_fan',
    ]);
  });

  test('a table shows all requested fields, in the requested order', () => {
    const table = candles(['close', 'coin', 'nonce'], 10);
    expect(table.lines([candle(1.5)])).toEqual(['close  coin  nonce', '  1.5  btc']);
    expect(table.hidden).toEqual([]);
  });

  test('a table widens with its contents, repeats its header, and never narrows', () => {
    const table = candles(['coin', 'close'], 40);
    expect(table.lines([candle(9.5)])).toEqual(['coin  close', 'btc     9.5']);
    expect(table.lines([candle(8.5)])).toEqual(['btc     8.5']);
    expect(table.lines([candle(100000.25)])).toEqual(['coin       close', 'btc   100,000.25']);
    expect(table.lines([candle(1)])).toEqual(['btc            1']);
    expect(table.lines([])).toEqual([]);
  });
});
