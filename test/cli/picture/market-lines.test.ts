import { expect, test } from 'vitest';
import { marketJson, marketLines, marketTable } from '../../../src/cli/picture/market-lines.ts';
import type { MarketView } from '../../../src/cli/picture/market-view.ts';
import { MINUTE } from '../../../src/core/util/time.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const windows = (rows: readonly (readonly number[] | undefined)[]) =>
  rows.flatMap((values, at) =>
    values === undefined
      ? []
      : [{ start: START + at * 10 * MINUTE, end: START + (at + 1) * 10 * MINUTE, values }],
  );
const view: MarketView = {
  coin: 'btc',
  from: START,
  to: START + 40 * MINUTE,
  price: {
    quote: 'usdt',
    source: 'wallex',
    window: '10m',
    windows: windows([[100], [102], undefined, [110]]),
  },
  signals: { window: '10m', windows: windows([[4, -0.5], [0, Number.NaN], [4, 1], undefined]) },
};
const plain = (text: string) => text;

test('the picture has a panel each for price, posts and sentiment above one time axis', () => {
  const lines = marketLines(view, 80, plain);
  const titles = lines.filter((line) => /^[A-Z]/.test(line));
  expect(titles).toEqual([
    'BTC/USDT 110, +10.00 % since 2026-03-02 00:10 UTC, closes of 10m',
    'Posts about btc per 10m: 8 in all',
    'Mean sentiment per 10m, from -1 to 1: +0.25 of all',
  ]);
  expect(lines).toHaveLength(3 + 8 + 4 + 4 + 2);
  expect(lines.at(-1)).toMatch(/^ +2026-03-02 00:00 +2026-03-02 00:40 UTC$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const edges = lines.filter((line) => /[│┤]/.test(line)).map((line) => line.search(/[│┤]/));
  expect(new Set(edges).size).toBe(1);
});

test('a missing window is a gap in the picture', () => {
  const [, , , , , , , , , , ...posts] = marketLines(view, 80, plain);
  const bottom = posts.find((line) => line.trimStart().startsWith('0 ┤'))!;
  expect(bottom.endsWith('\u2800\u2800')).toBe(true);
});

test('without signals the picture is of the price, and without candles of the posts', () => {
  expect(marketLines({ ...view, signals: undefined }, 80, plain)).toHaveLength(1 + 8 + 2);
  expect(marketLines({ ...view, price: undefined }, 80, plain)[0]).toBe('Posts about btc per 10m: 8 in all');
});

test('a narrow terminal gets a narrow picture', () => {
  const lines = marketLines(view, 54, plain).filter((line) => !/^[A-Z]/.test(line));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(54);
});

test('the table has a row for each window, and empty cells for what is missing', () => {
  expect(marketTable(view)).toEqual([
    'START (UTC)       BTC/USDT  POSTS  SENTIMENT',
    '2026-03-02 00:00       100      4      -0.50',
    '2026-03-02 00:10       102      0',
    '2026-03-02 00:20                4      +1.00',
    '2026-03-02 00:30       110',
  ]);
});

test('the JSON object has every window, and null for what is missing', () => {
  expect(JSON.parse(marketJson(view))).toMatchObject({
    coin: 'btc',
    from: '2026-03-02T00:00:00.000Z',
    to: '2026-03-02T00:40:00.000Z',
    quote: 'usdt',
    price_source: 'wallex',
    price_window: '10m',
    signals_window: '10m',
    windows: [
      { start: '2026-03-02T00:00:00.000Z', close: 100, posts: 4, sentiment: -0.5 },
      { close: 102, posts: 0, sentiment: null },
      { close: null, posts: 4, sentiment: 1 },
      { close: 110, posts: null, sentiment: null },
    ],
  });
});
