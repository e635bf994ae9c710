import { expect, test } from 'vitest';
import type { NewRecord } from '../../../../src/core/stream/record.ts';
import { OutageTracker } from '../../../../src/sources/shared/trades/outages.ts';

const gapsIn = (records: readonly NewRecord[]) =>
  records.map(({ value }) => {
    const { from, to, reason, backfilled } = JSON.parse(value!);
    return [Date.parse(from), Date.parse(to), reason, backfilled];
  });

test('an outage of several markets is one gap, once all are complete', () => {
  const outages = new OutageTracker('kraken', 1000);
  outages.disconnected('closed (1006)');
  outages.disconnected('HTTP 503');
  expect(outages.connected(5000, ['a', 'b'])).toEqual([]);
  expect(outages.complete('a')).toEqual([]);
  expect(outages.resumeFrom).toBe(1000);
  expect(gapsIn(outages.complete('b'))).toEqual([[1000, 5000, 'closed (1006), HTTP 503', true]]);
  expect(outages.resumeFrom).toBe(5000);
});

test('a disconnect before all are complete continues the outage', () => {
  const outages = new OutageTracker('kraken', 1000);
  outages.disconnected('restart');
  outages.connected(2000, ['a']);
  outages.seen(3000);
  outages.disconnected('silent for 10s');
  expect(outages.complete('a')).toEqual([]);
  outages.connected(4000, ['a']);
  expect(gapsIn(outages.complete('a'))).toEqual([[1000, 4000, 'restart, silent for 10s', true]]);
});

test('an outage without a market to prove it is not backfilled', () => {
  const outages = new OutageTracker('kraken', 1000);
  outages.disconnected('closed (1006)');
  expect(gapsIn(outages.connected(2000, []))).toEqual([[1000, 2000, 'closed (1006)', false]]);
});

test('a missed trade from before the outage moves its start', () => {
  const outages = new OutageTracker('kraken', 1000);
  outages.disconnected('restart');
  outages.connected(2000, ['a']);
  outages.recovered('b', 100);
  outages.recovered('a', 700);
  outages.recovered('a', 1100);
  expect(gapsIn(outages.complete('a'))).toEqual([[700, 2000, 'restart', true]]);
});

test('trades that are missing while connected are a gap of their own', () => {
  const outages = new OutageTracker('kraken', 1000);
  outages.missed('a', 1500, 2000);
  outages.missed('a', 1700, 3000);
  outages.incomplete();
  expect(gapsIn(outages.complete('a'))).toEqual([[1500, 3000, 'missed trades', false]]);
  expect(outages.complete('a')).toEqual([]);
});
