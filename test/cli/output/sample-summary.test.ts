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
};

test('the sample summary shows counts, the last candles and their chart, the lake, and commands to try', () => {
  const text = sampleSummary({ ...facts, candles }, (title) => title);
  expect(text).toContain('TOPIC    RECORDS\nprices    11,520\ncandles      288\n');
  expect(text).toContain('0 late, 3 rejected, 7 files in the lake, 2.3 seconds');
  expect(text).toContain('2026-03-02 01:10  100,007  100,017  99,997  100,008       40');
  expect(text).not.toMatch(/2026-03-02 00:10 {2}1/);
  expect(text).toContain('BTC/USDT, closing prices of 8 candles');
  expect(text).toMatch(/100,008 ┤/);
  expect(text).toContain('The lake is in .cryptopipe/sample/lake');
  expect(text).toMatch(/Try next:\n {2}cryptopipe topics list\n$/);
});

test('the sample summary styles only titles', () => {
  const painted = sampleSummary({ ...facts, candles }, (title) => `<${title}>`);
  expect(painted.match(/<[^>]+>/g)).toEqual([
    '<TOPIC    RECORDS>',
    '<BTC/USDT, latest 10m candles>',
    '<BTC/USDT, closing prices of 8 candles of 10m>',
    '<Try next:>',
  ]);
});

test('the sample summary says when there are no candles', () => {
  expect(sampleSummary({ ...facts, candles: [] }, (title) => title)).toContain('No candles.');
});
