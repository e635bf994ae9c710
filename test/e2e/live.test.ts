import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { sourceClock } from '../../src/cli/pipeline/sources/test-clock.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { type AllServices, startAllServices } from '../stubs/all-services.ts';
import { klineRow, STUB_MARKETS } from '../stubs/binance/klines.ts';
import { sandbox, succeed } from './cli.ts';
import { query } from './lake.ts';

/** Speed-up of the clock of services and sources: two minutes take 15 s. */
const TIMES = 8;
/** The line of the README for a first live run. */
const [, LINE = ''] = /^\$ cryptopipe (.* --for .*)$/m.exec(readFileSync('README.md', 'utf8')) ?? [];

const MINUTE = 60_000;
const WINDOW = 10 * MINUTE;
const CANDLES = `SELECT coin, epoch_ms(window_start::TIMESTAMP)::DOUBLE AS start, open, high, low, close, bars::INT AS bars
  FROM t WHERE final AND source = 'binance' ORDER BY coin, start`;

const { run, path } = sandbox();
let stubs: AllServices | undefined;
afterEach(() => stubs?.close());

/** The candle of ten bars, as the exchange knows them. */
function expected(coin: string, start: number) {
  const market = STUB_MARKETS.find(({ symbol }) => symbol === `${coin.toUpperCase()}USDT`)!;
  const rows = Array.from({ length: WINDOW / MINUTE }, (_, i) =>
    klineRow(market, start + i * MINUTE, MINUTE),
  );
  const [high, low] = [Math.max(...rows.map((row) => +row[2])), Math.min(...rows.map((row) => +row[3]))];
  return { coin, start, open: +rows[0]![1], high, low, close: +rows.at(-1)![4], bars: rows.length };
}

test("the README's line, without a key and without settings: posts, bars, trades and closed candles reach the lake", async () => {
  expect(LINE).toBe('run --coin btc,eth --for 2m --dir lake');
  const anchor = `${TIMES} ${Date.now()}`;
  const clock = sourceClock({ env: { CRYPTOPIPE_TEST_CLOCK: anchor }, clock: systemClock });
  stubs = await startAllServices({ clock, postsPerSecond: 5, tradesPerSecond: 20 });
  const ran = run(LINE, {
    ...Object.assign({}, ...stubs.services.map(({ env }) => env)),
    CRYPTOPIPE_TEST_CLOCK: anchor,
  });
  const summary = JSON.parse(await succeed(ran));
  const [first] = (await ran).stderr.trim().split('\n');
  expect(first).toMatch(
    /reading bluesky, nostr, binance, coinbase, kraken \(no key needed\); left out: x \(no key/,
  );
  expect([summary.rejected, summary.late]).toEqual([0, 0]);
  const table = (name: string, sql: string) => query(path('lake', name), sql);
  const posts = await table(
    'tweets_processed',
    'SELECT source, count(*)::INT AS n FROM t GROUP BY 1 ORDER BY 1',
  );
  expect(posts.map(({ source }) => source)).toEqual(['bluesky', 'nostr']);
  expect(posts[0]!.n).toBeGreaterThan(30);
  const prices = await table(
    'prices',
    "SELECT coin || ' ' || source || ' ' || quote AS series, count(*)::INT AS n FROM t GROUP BY 1 ORDER BY 1",
  );
  expect(prices.map(({ series }) => series)).toEqual(
    ['btc', 'eth'].flatMap((coin) => [`${coin} coinbase usd`, `${coin} kraken usd`]),
  );
  for (const { n } of prices) expect(n).toBeGreaterThan(100);
  const bars = await table(
    'bars',
    'SELECT base, count(*)::INT AS n FROM t WHERE final GROUP BY 1 ORDER BY 1',
  );
  expect(bars.map(({ base }) => base)).toEqual(['btc', 'eth']);
  const candles = await table('candles', CANDLES);
  expect(new Set(candles.map(({ coin }) => coin))).toEqual(new Set(['btc', 'eth']));
  expect(candles).toEqual(candles.map(({ coin, start }) => expected(String(coin), Number(start))));
  expect((await table('tweets_priced', 'SELECT count(*)::INT AS n FROM t'))[0]!.n).toBeGreaterThan(30);
});
