import { expect, test } from 'vitest';
import { type CandleSummary, chooseSeries } from '../../../src/cli/output/last-candles.ts';

const candle = (
  coin: string,
  window: string,
  minute: number,
  quote = 'usdt',
  source = 'file',
): CandleSummary => ({
  coin,
  quote,
  source,
  window,
  window_start: new Date(minute * 60_000).toISOString(),
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  samples: 1,
});
const chosen = (candles: readonly CandleSummary[]) =>
  chooseSeries(candles).map(({ coin, quote, window, window_start }) =>
    [coin, quote, window, window_start.slice(11, 16)].join(' '),
  );

test('bitcoin in USDT comes before longer series, oldest candle first', () => {
  const others = [0, 10, 20].map((minute) => candle('btc', '10m', minute, 'tmn'));
  expect(chosen([...others, candle('btc', '10m', 20), candle('btc', '10m', 10)])).toEqual([
    'btc usdt 10m 00:10',
    'btc usdt 10m 00:20',
  ]);
});

test('without bitcoin in USDT the longest ten-minute series is chosen, by name on a tie', () => {
  const eth = [0, 10].map((minute) => candle('eth', '10m', minute));
  expect(chosen([candle('ada', '10m', 0), ...eth])[0]).toBe('eth usdt 10m 00:00');
  expect(chosen([candle('eth', '10m', 0), candle('ada', '10m', 0)])).toEqual(['ada usdt 10m 00:00']);
});

test('other windows are shown if there is no ten-minute series', () => {
  const minutes = [1, 2].map((minute) => candle('btc', '1m', minute));
  expect(chosen([...minutes, candle('eth', '10m', 0)])).toEqual(['eth usdt 10m 00:00']);
  expect(chosen(minutes)).toHaveLength(2);
});

test('candles of two sources are two series', () => {
  const both = ['a', 'b', 'b'].map((source, i) => candle('btc', '10m', 10 * i, 'usdt', source));
  expect(chooseSeries(both).map(({ source }) => source)).toEqual(['b', 'b']);
});

test('no candles give an empty series', () => {
  expect(chooseSeries([])).toEqual([]);
});
