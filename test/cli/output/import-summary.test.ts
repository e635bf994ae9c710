import { expect, test } from 'vitest';
import { importSummary } from '../../../src/cli/output/import-summary.ts';
import { type CandleSummary, choosePair } from '../../../src/cli/output/last-candles.ts';

const candle = (coin: string, window: string, minute: number, changes: Partial<CandleSummary> = {}) => ({
  coin,
  quote: 'usdt',
  source: 'file',
  window,
  window_start: new Date(minute * 60_000).toISOString(),
  open: 105_849.3128,
  high: 2,
  low: 0.000012345678,
  close: 1.5,
  samples: 1000,
  ...changes,
});
const series = (coin: string, window: string, minutes: readonly number[]) =>
  minutes.map((minute) => candle(coin, window, minute));

test('the pair that was asked for is shown, its longest window first, each oldest first', () => {
  const all = [
    ...series('btc', '1h', [60, 0]),
    ...series('btc', '5m', [10, 0, 5]),
    ...series('eth', '5m', [0]),
  ];
  const { byWindow, others } = choosePair(all, 'BTC', 'usdt');
  expect(
    byWindow.map((one) => one.map(({ window, window_start }) => `${window} ${window_start.slice(11, 16)}`)),
  ).toEqual([
    ['5m 00:00', '5m 00:05', '5m 00:10'],
    ['1h 00:00', '1h 01:00'],
  ]);
  expect(others).toEqual(['eth/usdt']);
  expect(choosePair(all, 'eth', 'usdt').byWindow.flat()).toHaveLength(1);
});

test('the pair with most candles is shown if the asked one has none', () => {
  const all = [...series('btc', '5m', [0]), ...series('eth', '5m', [0, 5])];
  for (const asked of [undefined, 'doge'])
    expect(choosePair(all, asked, 'usdt').byWindow[0]![0]!.coin).toBe('eth');
  expect(choosePair([])).toEqual({ byWindow: [], others: [] });
});

test('numbers are rounded, and other pairs are named up to five', () => {
  const others = ['a', 'b', 'c', 'd', 'e', 'f'].map((coin) => `${coin}/usdt`);
  const text = importSummary(
    { byWindow: [series('btc', '5m', [0])], others },
    'cryptopipe',
    (title) => title,
  );
  expect(text).toContain('1970-01-01 00:00  105,849.31     2  0.0000123457    1.5    1,000');
  expect(text).toContain(
    '\n\nAlso in topic candles: a/usdt, b/usdt, c/usdt, d/usdt, e/usdt ... See cryptopipe topics tail candles.\n',
  );
});

test('an import without candles says so', () => {
  expect(importSummary({ byWindow: [], others: [] }, '', (title) => title)).toBe('\nNo candles.\n');
});
