import { expect, test } from 'vitest';
import { chooseMarket, onGrid } from '../../../src/cli/picture/market-view.ts';
import { DAY, formatTime, MINUTE } from '../../../src/core/util/time.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const row = (minute: number, values: object, length = 10) => ({
  coin: 'btc',
  window: `${length}m`,
  window_start: formatTime(START + minute * MINUTE),
  window_end: formatTime(START + (minute + length) * MINUTE),
  ...values,
});
const candle = (minute: number, close: number, changes = {}, length = 10) =>
  row(minute, { quote: 'usdt', source: 'wallex', close, ...changes }, length);
const signal = (minute: number, posts: number, mean: number | null = 0.5, changes = {}, length = 10) =>
  row(minute, { slide: null, posts, sentiment_mean: mean, ...changes }, length);

const choose = (
  candles: readonly Readonly<Record<string, unknown>>[],
  signals: readonly Readonly<Record<string, unknown>>[] = [],
  coin?: string,
  history = DAY,
) => chooseMarket({ candles, signals }, { coin, history });

test('price, posts and sentiment of one coin share the time of both series, oldest first', () => {
  const { view } = choose([candle(20, 3), candle(10, 2)], [signal(0, 4), signal(10, 5, null)]);
  expect(view).toMatchObject({ coin: 'btc', from: START, to: START + 30 * MINUTE });
  expect(view!.price).toMatchObject({ quote: 'usdt', source: 'wallex', window: '10m' });
  expect(onGrid(view!.price!, 0, view!)).toEqual([Number.NaN, 2, 3]);
  expect(onGrid(view!.signals!, 0, view!)).toEqual([4, 5, Number.NaN]);
  expect(onGrid(view!.signals!, 1, view!)).toEqual([0.5, Number.NaN, Number.NaN]);
});

test('only windows of the asked history up to the newest one are shown', () => {
  const { view } = choose([candle(0, 1), candle(60, 2), candle(110, 3)], [], undefined, 60 * MINUTE);
  expect(onGrid(view!.price!, 0, view!)).toEqual([2, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 3]);
});

test('a longer series that has ended does not hide the current one', () => {
  const old = [0, 10, 20, 30].map((minute) => candle(minute, 1, { source: 'file' }));
  const { view } = choose([...old, candle(3 * 24 * 60, 7)]);
  expect(view!.price).toMatchObject({ source: 'wallex', windows: [{ values: [7] }] });
});

test('usdt comes before longer series of other quotes, and ten minutes before other windows', () => {
  const others = [0, 10, 20].map((minute) => candle(minute, 1, { quote: 'tmn' }));
  const hours = [0, 60, 120].map((minute) => candle(minute, 1, {}, 60));
  const { view } = choose([...others, ...hours, candle(0, 9)]);
  expect(view!.price).toMatchObject({ quote: 'usdt', window: '10m' });
});

test('signals of the length of the candles come first, and sliding ones last', () => {
  const sliding = [0, 1, 2].map((minute) => signal(minute, 1, 0.1, { slide: '1m' }));
  const hours = [0, 60].map((minute) => signal(minute, 2, 0.1, {}, 60));
  expect(choose([candle(0, 1)], [...sliding, ...hours, signal(0, 3)]).view!.signals).toMatchObject({
    window: '10m',
    windows: [{ values: [3, 0.5] }],
  });
  expect(choose([], [...sliding, ...hours]).view!.signals).toMatchObject({ window: '60m' });
});

test('bitcoin is shown unless another coin is asked for, and otherwise the coin with most windows', () => {
  const eth = [0, 10].map((minute) => candle(minute, 1, { coin: 'eth' }));
  expect(choose([...eth, candle(0, 1)])).toMatchObject({ view: { coin: 'btc' }, coins: ['btc', 'eth'] });
  expect(choose([...eth, candle(0, 1)], [], 'eth').view).toMatchObject({ coin: 'eth' });
  expect(choose([...eth, candle(0, 1, { coin: 'ada' })]).view).toMatchObject({ coin: 'eth' });
});

test('a coin of which there is nothing has no view, and the coins that there are get named', () => {
  expect(choose([candle(0, 1)], [], 'doge')).toEqual({ view: undefined, coins: ['btc'] });
  expect(choose([])).toEqual({ view: undefined, coins: [] });
});

test('records of another shape are left out', () => {
  const odd = [
    {},
    candle(0, 1, { window_start: 'x' }),
    candle(0, 1, { window: 7 }),
    candle(0, 1, { coin: null }),
  ];
  expect(choose(odd)).toEqual({ view: undefined, coins: [] });
});
