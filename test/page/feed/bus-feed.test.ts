import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLocalLog } from '../../../src/log/local/open.ts';
import type { Log } from '../../../src/log/log.ts';
import { BusFeed } from '../../../src/page/feed/bus-feed.ts';
import { handClock } from '../../hand-clock.ts';
import { candleRecord, postOf } from '../records.ts';
import { TOPICS } from '../server/served.ts';

const BTC = { coin: 'btc', quote: 'usdt', source: 'test', window: '10m' };
const clock = handClock();
const warnings: string[] = [];
let log: Log;
let feed: BusFeed;

beforeEach(async () => {
  log = await openLocalLog(mkdtempSync(join(tmpdir(), 'feed-')), clock);
  warnings.length = 0;
});
afterEach(async () => {
  await until(feed.stop());
  await log.close();
});

async function until<T>(promise: Promise<T>): Promise<T> {
  let isPending = true;
  const done = promise.finally(() => {
    isPending = false;
  });
  while (isPending) await clock.turn(20);
  return done;
}

function start(changes: Partial<ConstructorParameters<typeof BusFeed>[0]> = {}): void {
  feed = new BusFeed({
    log,
    clock,
    topics: TOPICS,
    pace: 1,
    warn: (text) => warnings.push(text),
    ...changes,
  });
  feed.start();
}

test('a feed is ready when it has read what is there, and names how far it is', async () => {
  await log.append([candleRecord(0), postOf('1', 1), postOf('2', 2)]);
  start();
  await until(feed.ready(60_000));
  expect([feed.behind, feed.view.rows(BTC).candles.length, feed.view.rows(BTC).newest.length]).toEqual([
    0, 1, 2,
  ]);
  const next = [...feed.position().values()].reduce((sum, offset) => sum + offset, 0);
  expect(next).toBe(3);
  expect(feed.eventId()).toMatch(/^candles\*[\w-]+:[\d,]+;tweets-processed\*[\w-]+:[\d,]+$/);
});

test('a feed of an empty bus is ready at once', async () => {
  start();
  const at = clock.monotonic();
  await until(feed.ready(60_000));
  expect([clock.monotonic() - at < 1000, feed.eventId()]).toEqual([true, '']);
});

test('a record that is no JSON does no harm', async () => {
  await log.append([{ ...postOf('1', 1), value: '{' }, postOf('2', 2)]);
  start();
  await until(feed.ready(60_000));
  expect([feed.view.rows(BTC).newest.map(({ id }) => id), warnings]).toEqual([['2'], []]);
});

test('topics of other names are read', async () => {
  await log.append([{ ...candleRecord(0), topic: 'mine' }]);
  start({ topics: { ...TOPICS, candles: 'mine' } });
  await until(feed.ready(60_000));
  expect(feed.view.rows(BTC).candles).toHaveLength(1);
});

test('an error that repeats is logged once', async () => {
  await log.append([candleRecord(0)]);
  const read = () => {
    throw new Error('broken');
  };
  start({ log: { ...log, read } });
  await until(clock.sleep(10_000));
  expect(warnings).toEqual(['page: broken; reading again']);
});

test.each([
  ['a busy pipeline', 0.9, 99],
  ['a pipeline that rests', 0.1, 3],
])('beside %s, the feed pauses after each batch accordingly', async (_, utilization, pauseMs) => {
  let calls = 0;
  const spans = new Set<number>();
  // Each batch takes one millisecond.
  const measured: typeof clock = Object.assign(Object.create(clock), {
    monotonic: () => clock.monotonic() + calls++,
    sleep: (span: number, ...signals: AbortSignal[]) => {
      spans.add(span);
      return clock.sleep(span, ...signals);
    },
  });
  start({ clock: measured, pace: 0.01, utilization: () => utilization });
  await until(feed.ready(60_000));
  await log.append([candleRecord(0)]);
  while (feed.view.rows(BTC).candles.length === 0) await clock.turn(20);
  await until(clock.sleep(200));
  expect([spans.has(99), spans.has(3)]).toEqual([pauseMs === 99, pauseMs === 3]);
});
