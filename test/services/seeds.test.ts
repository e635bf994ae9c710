import { writeFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sourceClock } from '../../src/cli/pipeline/sources/test-clock.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { filesOf } from '../../src/sinks/lake/delta/verify.ts';
import { s3Store } from '../../src/sinks/lake/store/s3/s3-store.ts';
import { sandbox } from '../e2e/cli.ts';
import { blocksOf } from '../pages.ts';
import { type AllServices, startAllServices } from '../stubs/all-services.ts';
import { openTestBucket, SECRETS } from './minio/bucket.ts';
import { type Minio, startMinio } from './minio/server.ts';
import { startMongo } from './mongo/server.ts';
import { runLines } from './page-lines.ts';
import { readTopic } from './soak/topic.ts';

/** Speed-up of the services' and the sources' clocks. Low enough that a busy machine does not trip the 25 s stall timeout. */
const POSTS = 40;
const PRICES = 300;

const { path } = sandbox();
let minio: Minio;
beforeAll(async () => {
  minio = await startMinio();
});
afterAll(() => minio?.close());

let anchor: string;
let stubs: AllServices;
afterEach(() => stubs?.close());

async function services(times: number): Promise<void> {
  anchor = `${times} ${Date.now()}`;
  const clock = sourceClock({ env: { CRYPTOPIPE_TEST_CLOCK: anchor }, clock: systemClock });
  stubs = await startAllServices({ clock, postsPerSecond: 2, tradesPerSecond: 20, cutting: 'random' });
}

/** The environment that points the program at the stubs. */
const stubEnvironment = (): Record<string, string> => ({
  ...SECRETS,
  ...Object.assign({}, ...stubs.services.map(({ env }) => env)),
  CRYPTOPIPE_TEST_CLOCK: anchor,
  X_BEARER_TOKEN: 'a-key',
  COINMARKETCAP_API_KEY: 'another-key',
});

/** The command of docs/coming-from.md that replaces a project, against the stubs. */
async function runSeed(
  mark: string,
  mongo = '',
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const script = blocksOf(mark)
    .replaceAll('http://127.0.0.1:9000', minio.endpoint)
    .replaceAll('mongodb://127.0.0.1:27017', mongo);
  expect(script.match(/^cryptopipe run /gm)).toHaveLength(1);
  const { code, output } = await runLines(path, script, { ...stubEnvironment(), ...more });
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  return output;
}

const A_WHILE = { CRYPTOPIPE_FOR: '5m' };
const topic = (name: string) => readTopic(path('.cryptopipe'), name);
const valuesOf = async (name: string) => (await topic(name)).map(({ value }) => value);

/** Rows of a table in the bucket, read through its log. */
async function rowsIn(bucket: string, table: string): Promise<number> {
  const store = s3Store(await openTestBucket(`s3://${bucket}`, minio.endpoint), table);
  const { files } = await filesOf(store);
  return [...files.values()].reduce((sum, { stats }) => sum + JSON.parse(stats!).numRecords, 0);
}

test('the examples for live sources in the docs run in order, and each exits 0', async () => {
  await services(POSTS);
  const { code, output } = await runLines(path, blocksOf('live'), stubEnvironment());
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  expect(output).toContain('0 errors');
  expect(output).toContain('+ python: python lang:en\n+ BTS: BTS\n');
  const summaries = output
    .split('\n')
    .filter((line) => line.startsWith('{"stages"'))
    .map((line) => JSON.parse(line));
  const summarized = blocksOf('live')
    .split('\n')
    .filter((line) => /--for|--once/.test(line));
  expect(summaries).toHaveLength(summarized.length);
  for (const [i, { out, rejected }] of summaries.entries())
    expect([summarized[i], out > 0, rejected]).toEqual([summarized[i], true, 0]);
});

describe('a command of docs/coming-from.md replaces', () => {
  test('crypto-tweet-analysis: raw topics by coin, chosen fields, MongoDB', async () => {
    await services(POSTS);
    const server = await startMongo();
    try {
      await runSeed('seed0', server.url, A_WHILE);
      const raw = { btc: await topic('bitcoin'), eth: await topic('ethereum') };
      const chosen = { btc: await valuesOf('btc-processed'), eth: await valuesOf('eth-processed') };
      expect(raw.btc.length + raw.eth.length).toBeGreaterThan(100);
      const client = await MongoClient.connect(server.url);
      for (const [coin, name] of [
        ['btc', 'bitcoin'],
        ['eth', 'ethereum'],
      ] as const) {
        // A post matched only by another coin's rule may also mention this one.
        const ids = new Set(chosen[coin].map(({ id }) => id));
        expect(raw[coin].filter(({ key }) => !ids.has(key))).toEqual([]);
        expect(ids.size).toBe(chosen[coin].length);
        expect(Object.keys(chosen[coin][0]!).sort()).toEqual([
          'coin',
          'created_at',
          'favorite_count',
          'followers_count',
          'hashtags',
          'id',
          'lang',
          'name',
          'retweet_count',
          'tag',
          'text',
        ]);
        expect(await client.db('tweets').collection(name).countDocuments()).toBe(chosen[coin].length);
      }
      await client.close();
    } finally {
      await server.close();
    }
  });

  test('Company Tweets: one rule per line, Parquet by tag with word_count', async () => {
    await services(POSTS);
    writeFileSync(
      path('companies.txt'),
      'Tesla: entity:"Tesla" sample:50 lang:en\nWalmart: Walmart lang:en\n',
    );
    const output = await runSeed('seed1', '', A_WHILE);
    expect(stubs.x.book.rules.map(({ tag, value }) => [tag, value])).toEqual([
      ['Tesla', 'entity:"Tesla" sample:50 lang:en'],
      ['Walmart', 'Walmart lang:en'],
    ]);
    const counted = await valuesOf('tweets-processed');
    const raw = await topic('twitter_on_stocks');
    expect(raw.length).toBeGreaterThan(50);
    expect(new Set(counted.map(({ id }) => id))).toEqual(new Set(raw.map(({ key }) => key)));
    for (const { text, word_count } of counted)
      expect(word_count).toBe(
        String(text)
          .split(/\s+/)
          .filter((word) => word !== '').length,
      );
    const rows = await rowsIn('tweets', 'companies/tweets_processed');
    expect(rows).toBe(counted.filter(({ tag }) => tag !== undefined).length);
    expect(output).toContain('"stage":"sink s3 tweets-processed"');
  });

  test("M'interessa: language, links and near duplicates, and the outcome of each post", async () => {
    await services(POSTS);
    await runSeed('seed2', '', A_WHILE);
    const raw = await topic('raw_tweets');
    const decisions = await valuesOf('minteressa_stats');
    expect(raw.length).toBeGreaterThan(100);
    expect(new Set(decisions.map(({ id }) => id))).toEqual(new Set(raw.map(({ key }) => key)));
    expect(new Set(decisions.map(({ source }) => source))).toEqual(new Set(['raw_tweets']));
    for (const lang of ['en', 'es']) {
      const kept = await valuesOf(`${lang}_tweets`);
      expect(kept.every((post) => post.lang === lang && (post.urls as string[]).length > 0)).toBe(true);
      expect(decisions.filter(({ dest }) => dest === `${lang}_tweets`)).toHaveLength(kept.length);
    }
    const dests = new Set(decisions.map(({ dest }) => dest));
    expect([...dests].every((dest) => ['en_tweets', 'es_tweets', 'discard'].includes(String(dest)))).toBe(
      true,
    );
    expect(dests.has('discard')).toBe(true);
    expect(dests.size).toBeGreaterThan(1);
  });

  test('Twitter_Kafka_Pyspark_ETL_Pipeline: two rules, three fields on the console', async () => {
    await services(POSTS);
    const output = await runSeed('seed3', '', A_WHILE);
    expect(stubs.x.book.rules.map(({ tag, value }) => `${tag}=${value}`)).toEqual([
      'python=python',
      'BTS=BTS',
    ]);
    const shown = output
      .split('\n')
      .filter((line) => line.startsWith('{"created_at"'))
      .map((line) => JSON.parse(line));
    expect(shown.length).toBeGreaterThan(50);
    expect(new Set(shown.map((row) => Object.keys(row).join()))).toEqual(new Set(['created_at,id,text']));
    expect(new Set(shown.map(({ id }) => id))).toEqual(
      new Set((await topic('twitter')).map(({ key }) => key)),
    );
  });

  test('Cryptocurrency-Analysis: both price sources each minute for three hours', async () => {
    await services(PRICES);
    await runSeed('seed4');
    const quotes = await valuesOf('coin_market_cap');
    const rates = await valuesOf('wallex');
    expect(rates.length).toBeGreaterThan(150);
    expect(new Set(quotes.map(({ base }) => base))).toEqual(new Set(['btc', 'eth']));
    const at = ({ last_updated }: Readonly<Record<string, unknown>>) => Date.parse(String(last_updated));
    const expected = quotes.flatMap((quote) =>
      rates
        .filter((rate) => at(quote) - at(rate) >= -30_000 && at(quote) - at(rate) < 30_000)
        .map((rate) => `${quote.base} ${rate.last_updated} ${Number(quote.price) * Number(rate.price)}`),
    );
    const joined = (await valuesOf('prices')).filter((price) => price.fx_price !== undefined);
    expect(expected.length).toBeGreaterThan(100);
    expect(joined.map(({ coin, time, price }) => `${coin} ${time} ${price}`).sort()).toEqual(expected.sort());
    expect(await rowsIn('lake-house', 'cmp_tmn.parquet')).toBe(expected.length);
    const candles = (await valuesOf('candles')).filter(
      ({ coin, quote }) => coin !== 'usdt' && quote === 'tmn',
    );
    expect(candles.length).toBeGreaterThan(30);
    expect(candles.reduce((sum, { samples }) => sum + Number(samples), 0)).toBe(expected.length);
    expect(await rowsIn('lake-house', 'candles.parquet')).toBeGreaterThanOrEqual(candles.length);
    const caps = await valuesOf('market-cap');
    expect(caps.at(-1)).toMatchObject({ quote: 'usdt', coins: 2, missing: [] });
    expect(await rowsIn('lake-house', 'market_cap.parquet')).toBe(caps.length);
  });
});
