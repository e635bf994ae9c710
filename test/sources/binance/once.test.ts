import { expect, test } from 'vitest';
import { START } from '../turned.ts';
import { barsIn, collect, expected, facts, gapsIn, MINUTE, together } from './run.ts';

const once = () => together({ once: true });
/** The first minute of the hour before START, 10:15:30. */
const FIRST = START - 75.5 * MINUTE;
/** The end of the last whole minute. */
const LAST = START - MINUTE / 2;

test('a first run with --once writes the bars since the hour before', async () => {
  const { stub, around, read } = await once();
  const records = await collect(read(), around);
  expect(barsIn(records).map(facts)).toEqual(expected(stub, 'BTCUSDT', FIRST, LAST));
  expect(gapsIn(records)).toEqual([]);
  expect(records[0]).toMatchObject({
    topic: 'bars-binance',
    partitionKey: 'btc',
    key: 'binance|btc|usdt|1m@2026-03-02T09:00:00.000Z',
    headers: { source: 'binance', schema: 'bar/1' },
  });
});

test('the next run continues where the last one ended, and marks the time between as backfilled', async () => {
  const { stub, around, read } = await once();
  await collect(read(), around);
  around.turn(30 * MINUTE);
  const records = await collect(read(), around);
  expect(barsIn(records).map(facts)).toEqual(expected(stub, 'BTCUSDT', LAST, LAST + 30 * MINUTE));
  expect(gapsIn(records)).toMatchObject([{ source: 'binance', reason: 'restart', backfilled: true }]);
});

test('--since reads months, days, REST as one series', async () => {
  const { stub, around, read } = await once();
  const since = Date.UTC(2026, 0, 30);
  const interval = 15 * MINUTE;
  const records = await collect(read({ since, interval }), around);
  const end = START - MINUTE / 2 - interval;
  expect(barsIn(records).map(facts)).toEqual(expected(stub, 'BTCUSDT', since, end + interval, interval));
  expect(stub.dumps.sent.filter((name) => name.endsWith('.zip'))).toEqual([
    'BTCUSDT-15m-2026-01.zip',
    'BTCUSDT-15m-2026-02.zip',
    'BTCUSDT-15m-2026-03-01.zip',
  ]);
});
