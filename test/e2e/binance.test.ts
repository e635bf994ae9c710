import { afterEach, expect, test } from 'vitest';
import { type BinanceStub, startBinanceStub } from '../stubs/binance.ts';
import { type Ran, sandbox, succeed } from './cli.ts';
import { query } from './lake.ts';
import { candlesOfOneFile } from './one-file.ts';

const { run, start, path } = sandbox();
const INTERVAL = 15 * 60_000;
const DAY = 86_400_000;

let stub: BinanceStub;
afterEach(() => stub.close());

const environment = (): Record<string, string> => ({
  CRYPTOPIPE_BINANCE_URL: stub.url,
  CRYPTOPIPE_BINANCE_WS_URL: stub.wsUrl,
  CRYPTOPIPE_BINANCE_DUMPS_URL: stub.url,
});

/** Starts the program and sends it a signal when it has come so far. */
async function ended(args: readonly string[], signal: NodeJS.Signals, isDue: () => boolean): Promise<Ran> {
  const { child, done } = start(args, environment());
  let early: Ran | undefined;
  void done.then((ran) => {
    early = ran;
  });
  await expect.poll(() => early ?? isDue(), { timeout: 60_000 }).toBe(true);
  child.kill(signal);
  return done;
}

const CANDLES = `SELECT epoch_ms(window_start::TIMESTAMP) AS start, "window", open, high, low, close, volume, trades, bars, revision
  FROM t WHERE final ORDER BY "window", start`;

test('--since over files, requests and the stream, killed three times: its candles are those of one file', {
  timeout: 5 * 60_000,
}, async () => {
  stub = await startBinanceStub({ tickEveryMs: 50 });
  const since = (Math.floor(Date.now() / DAY) - 70) * DAY;
  const options = ['--coin', 'btc', '--interval', '15m', '--since', new Date(since).toISOString()];
  const produce = ['produce', 'prices', '--source', 'binance', ...options];
  for (const files of [2, 4, 6]) await ended(produce, 'SIGKILL', () => stub.dumps.sent.length >= files);
  expect((await ended(produce, 'SIGTERM', () => stub.open() === 1)).code).toBe(0);
  await succeed(run([...produce, '--once'], environment()));

  const process = ['--window', '1h,1d', '--once', '--close'];
  const sink = ['sink', 'file', '--topics', 'candles', '--once', '--dir'];
  await succeed(run(['process', 'candles', ...process]));
  await succeed(run([...sink, 'live']));
  const found = await query(path('live/candles'), CANDLES);

  const until = Math.floor((Date.now() - 2000) / INTERVAL) * INTERVAL;
  const bars = { market: stub.exchange.markets.get('BTCUSDT')!, from: since, to: until, interval: INTERVAL };
  const oneFile = await candlesOfOneFile({ run, path }, bars, process);
  expect(found).toEqual(await query(oneFile, CANDLES));
  expect(found.length).toBeGreaterThan(70 * 24);
  expect(stub.rest.mostWeight).toBeLessThan(200);
});

test('a run that --for ends amid the history leaves its windows open: the next one goes on, and nothing is late', {
  timeout: 5 * 60_000,
}, async () => {
  stub = await startBinanceStub({ tickEveryMs: 50 });
  const since = new Date((Math.floor(Date.now() / DAY) - 100) * DAY).toISOString();
  const options = ['prices', '--source', 'binance', '--coin', 'btc', '--interval', '1h', '--window', '1d'];
  const timed = ['run', ...options, '--since', since, '--dir', 'lake'];
  stub.dumps.mostSent = 4;
  const { code, stderr } = await start([...timed, '--for', '5s'], environment()).done;
  expect(code).toBe(0);
  expect(stderr).toContain('binance has not read up to the present: windows stay open');
  stub.dumps.mostSent = Number.POSITIVE_INFINITY;
  await succeed(run([...timed, '--once'], environment()));
  const summary = await query(
    path('lake/candles'),
    'SELECT sum(bars)::INT >= 2400 AS whole, min(bars)::INT AS least, max(revision)::INT AS revision FROM t WHERE final',
  );
  expect(summary).toEqual([{ whole: true, least: 24, revision: 1 }]);
});
