import { afterEach, expect, test } from 'vitest';
import { sourceClock } from '../../src/cli/pipeline/sources/test-clock.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { readTopic } from '../services/soak/topic.ts';
import { type AllServices, startAllServices } from '../stubs/all-services.ts';
import { sandbox, succeed } from './cli.ts';
import { query } from './lake.ts';

/** Speed-up of the clock of services and sources. */
const TIMES = 8;
const KEYLESS = ['bluesky', 'nostr', 'binance', 'coinbase', 'kraken'];

const { run, path } = sandbox();
let stubs: AllServices | undefined;
afterEach(() => stubs?.close());

interface Summary {
  readonly rejected: number;
  readonly late: number;
}

test('a cron job without keys reads what is new from every source, and ends: run --once, twice', async () => {
  const anchor = `${TIMES} ${Date.now()}`;
  const clock = sourceClock({ env: { CRYPTOPIPE_TEST_CLOCK: anchor }, clock: systemClock });
  stubs = await startAllServices({ clock, postsPerSecond: 5, tradesPerSecond: 20 });
  const env = {
    ...Object.assign({}, ...stubs.services.map((service) => service.env)),
    CRYPTOPIPE_TEST_CLOCK: anchor,
  };
  const job = async (): Promise<Summary> => {
    const ran = run('run --coin btc,eth --once --dir lake', env);
    const summary = JSON.parse(await succeed(ran)) as Summary;
    expect((await ran).stderr).toContain(
      `reading ${KEYLESS.join(', ')} (no key needed); left out: x (no key`,
    );
    return summary;
  };
  const first = await job();
  const tables = async (name: string) =>
    Number((await query(path('lake', name), 'SELECT count(*)::INT AS n FROM t'))[0]!.n);
  const before = { posts: await tables('tweets_processed'), prices: await tables('prices') };
  const second = await job();
  for (const { rejected, late } of [first, second]) expect([rejected, late]).toEqual([0, 0]);
  expect(await tables('tweets_processed')).toBeGreaterThan(before.posts);
  expect(await tables('prices')).toBeGreaterThan(before.prices);

  const bus = path('.cryptopipe');
  for (const exchange of ['coinbase', 'kraken'])
    for (const base of ['btc', 'eth']) {
      const trades = (await readTopic(bus, `prices-${exchange}`)).filter(({ value }) => value.base === base);
      const ids = trades.map(({ value }) => Number(value.trade_id));
      expect(ids).toEqual(ids.map((_, index) => ids[0]! + index));
    }
  const keys = (await readTopic(bus, 'posts-bluesky')).map(({ key }) => key);
  expect(keys.length).toBeGreaterThan(5);
  const gaps = (await readTopic(bus, 'gaps')).map(({ value }) => value);
  expect(new Set(gaps.map(({ source }) => source))).toEqual(new Set(KEYLESS));
  expect(gaps.filter(({ backfilled }) => !backfilled)).toEqual([]);
});

test('coingecko --once writes the prices of one poll and ends', async () => {
  stubs = await startAllServices({ clock: systemClock, postsPerSecond: 1, tradesPerSecond: 1 });
  const env: Record<string, string> = Object.assign({}, ...stubs.services.map((service) => service.env));
  await succeed(run('produce prices --source coingecko --coin btc,eth --once', env));
  const quotes = await readTopic(path('.cryptopipe'), 'prices-coingecko');
  expect(quotes.map(({ value }) => value.base).sort()).toEqual(['btc', 'eth']);
});
