import { expect, test } from 'vitest';
import { sampleSummary } from '../../../src/cli/output/sample-summary.ts';

const candles = Array.from({ length: 8 }, (_, i) => ({
  coin: 'btc',
  quote: 'usdt',
  source: 'sample-cmc',
  window: '10m',
  window_start: new Date(Date.parse('2026-03-02T00:00:00Z') + i * 600_000).toISOString(),
  open: 100_000 + i,
  high: 100_010 + i,
  low: 99_990 + i,
  close: 100_001 + i,
  samples: 40,
}));
const facts = {
  topics: [
    { name: 'prices', records: 11_520 },
    { name: 'candles', records: 288 },
  ],
  late: 0,
  rejected: 3,
  files: 7,
  seconds: 2.345,
  lake: '.cryptopipe/sample/lake',
  next: ['cryptopipe topics list'],
  lead: 'No lead found: what looks like one at -20m (btc, windows of 10m) has p = 0.923 once 13 lags are allowed for.',
};
const start = Date.parse('2026-03-02T00:00:00Z');
const windows = (of: (at: number) => readonly number[]) =>
  candles.map((_, at) => ({ start: start + at * 600_000, end: start + (at + 1) * 600_000, values: of(at) }));
const market = {
  coin: 'btc',
  from: start,
  to: start + 8 * 600_000,
  price: { quote: 'usdt', source: 'sample-cmc', window: '10m', windows: windows((at) => [100_001 + at]) },
  signals: { window: '10m', windows: windows((at) => [at, 0.1]) },
};

test('the sample summary shows counts, the last candles, a picture, the answer of signals test, the lake, and commands to try', () => {
  const text = sampleSummary({ ...facts, market, candles }, (title) => title);
  expect(text).toContain('TOPIC    RECORDS\nprices    11,520\ncandles      288\n');
  expect(text).toContain('0 late, 3 rejected, 7 files in the lake, 2.3 seconds');
  expect(text).toContain('2026-03-02 01:10  100,007  100,017  99,997  100,008       40');
  expect(text).not.toMatch(/2026-03-02 00:10 {2}1/);
  expect(text).toContain('BTC/USDT 100,008, +0.01 % since 2026-03-02 00:10 UTC, closes of 10m');
  expect(text).toContain('Posts about btc per 10m: 28 in all');
  expect(text).toContain('has p = 0.923\nonce 13 lags');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toMatch(/100,008 ┤/);
  expect(text).toContain('The lake is in .cryptopipe/sample/lake');
  expect(text).toMatch(/Try next:\n {2}cryptopipe topics list\n$/);
});

test('the sample summary styles only titles', () => {
  const painted = sampleSummary({ ...facts, market, candles }, (title) => `<${title}>`);
  expect(painted.match(/<[^>]+>/g)).toEqual([
    '<TOPIC    RECORDS>',
    '<BTC/USDT, latest 10m candles>',
    '<BTC/USDT 100,008, +0.01 % since 2026-03-02 00:10 UTC, closes of 10m>',
    '<Posts about btc per 10m: 28 in all>',
    '<Mean sentiment per 10m, from -1 to 1: +0.10 of all>',
    '<Try next:>',
  ]);
});

test('without candles and signals the sample summary says so, and has no picture and no empty topic', () => {
  const topics = [...facts.topics, { name: 'gaps', records: 0 }];
  const bare = { ...facts, topics, candles: [], market: undefined, lead: undefined };
  const text = sampleSummary(bare, (title) => title);
  expect(text).toContain('\n\nNo candles.\n\nThe lake is in');
  expect(text).not.toContain('gaps');
});
