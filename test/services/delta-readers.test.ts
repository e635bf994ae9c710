import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLake } from '../../src/sinks/lake/lake.ts';
import { folderStore } from '../../src/sinks/lake/store/folder-store.ts';
import { batchOf, fakeContext, LAKE } from '../sinks/fakes.ts';
import { here } from './python.ts';
import { shared } from './shared/shared.ts';

const COUNT = 3000;
const COINS = ['btc', 'eth', 'a/b %', 'ü 🚀'];
/** One price every ten seconds from the day's start; the market cap of each third is unknown. */
const prices = Array.from({ length: COUNT }, (_, i) => ({
  coin: COINS[i % COINS.length],
  quote: 'usdt',
  price: i + 0.5,
  time: new Date(Date.UTC(2026, 2, 2) + i * 20_000).toISOString(),
  source: 'file',
  ...(i % 3 === 0 ? {} : { market_cap: i * 1e9 }),
}));
const tweets = [
  {
    id: '1790000000000000001',
    created_at: '2026-03-02T23:59:59.999Z',
    tag: 'btc',
    text: 'to the 🌕',
    hashtags: ['btc', '🚀'],
    cashtags: [],
    followers_count: 9007199254740991,
    verified: true,
  },
  { id: '2', created_at: '2026-03-03T00:00:00.000Z', tag: null },
];
const caps = [
  {
    time: '2026-03-02T10:00:00.000Z',
    quote: 'usdt',
    total_market_cap: 1e12,
    coins: 2,
    missing: ['doge'],
    final: false,
    dominance: { btc: 0.75, eth: 0.25 },
  },
];

describe('delta-rs and Polars', () => {
  const lake = mkdtempSync(join(tmpdir(), 'cryptopipe-lake-'));
  let seen: Record<string, unknown>;

  async function write(topic: string, values: readonly object[], batches: number): Promise<void> {
    const context = fakeContext(topic);
    const sink = await openLake(folderStore(join(lake, context.dataset.name)), LAKE, context);
    await sink.start(0);
    const size = values.length / batches;
    for (let first = 0; first < values.length; first += size) {
      await sink.write(batchOf(values.slice(first, first + size), { first, topic }));
      await sink.flush(context.time);
    }
    expect(context.rejected).toEqual([]);
  }

  beforeAll(async () => {
    await write('prices', prices, 3);
    await write('tweets-processed', tweets, 1);
    await write('market-cap', caps, 1);
    const { program } = await shared('python');
    seen = JSON.parse(execFileSync(program, [here('read_lake.py'), lake], { encoding: 'utf8' }));
  });
  afterAll(() => rmSync(lake, { recursive: true, force: true }));

  test('other engines read every row once: sums, nulls and times in UTC', () => {
    expect(seen).toMatchObject({
      version: 2,
      position: COUNT,
      partitions: ['coin', 'date'],
      rows: COUNT,
      sum: (COUNT * COUNT) / 2,
      nulls: COUNT / 3,
      first: '2026-03-02T00:00:00+00:00',
      last: '2026-03-02T16:39:40+00:00',
    });
  });

  test('other engines read the types: times in UTC, numbers as doubles', () => {
    expect(seen.types).toMatchObject({
      time: 'timestamp[us, tz=UTC]',
      price: 'double',
      skew_ms: 'int64',
      coin: 'string',
    });
    expect(seen.polars_type).toMatch(/Datetime.*UTC/);
  });

  test('other engines find rows by folder, time and number, using the statistics of the log', () => {
    const afternoon = prices.filter(({ time }) => time >= '2026-03-02T12').length;
    expect(seen).toMatchObject({ by_coin: COUNT / 4, by_time: afternoon, polars: afternoon, by_price: 0 });
    expect(seen.sql).toEqual(
      [...COINS].sort().map((coin) => ({
        coin,
        n: afternoon / 4,
        high: Math.max(...prices.filter((row) => row.coin === coin).map((row) => row.price)),
      })),
    );
    expect(seen.sql_text).toEqual([{ n: COUNT }]);
    expect(seen.stats).toEqual(
      expect.arrayContaining(['num_records', 'min.time', 'max.price', 'null_count.market_cap']),
    );
  });

  test('other engines read ids, emoji, lists and nulls', () => {
    expect(seen.tweets).toMatchObject([
      {
        id: '1790000000000000001',
        created_at: '2026-03-02T23:59:59.999000+00:00',
        date: '2026-03-02',
        tag: 'btc',
        text: 'to the 🌕',
        hashtags: ['btc', '🚀'],
        cashtags: [],
        urls: null,
        followers_count: 9007199254740991,
        verified: true,
      },
      { id: '2', date: '2026-03-03', tag: null, text: null, hashtags: null, verified: null },
    ]);
    expect(seen.polars_tweets).toEqual([['btc', '🚀'], null]);
    expect(seen.caps).toMatchObject([{ missing: ['doge'], dominance: '{"btc":0.75,"eth":0.25}', coins: 2 }]);
  });
});
