import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DATASETS } from '../../../src/market/catalog/datasets.ts';
import { file } from '../../../src/sinks/lake/file.ts';
import { layoutErrors, layoutErrorsFor } from '../../../src/sinks/lake/layout.ts';
import { folderStore } from '../../../src/sinks/lake/store/folder-store.ts';
import { batchOf, fakeContext, HOST, price } from '../fakes.ts';
import { files, rows } from './reading.ts';
import { scratch } from './scratch.ts';

const usual = { partitionBy: [], table: 'delta', format: 'parquet', preset: 'none' } as const;

/** What a lake in a folder keeps of some values. */
async function keep(topic: string, values: readonly object[], given: object) {
  const dir = scratch();
  const context = fakeContext(topic);
  const settings = { ...usual, dir, every: 1, rows: 1e6, bytes: 1e8, maxMemory: 1e9, ...given };
  const sink = await file.open(settings, context, HOST);
  await sink.start(0);
  await sink.write(batchOf(values, { topic }));
  await sink.flush(0);
  expect(context.rejected).toEqual([]);
  return { dir, counts: sink.counts() };
}

test('folders follow the named columns: texts, days, numbers, booleans and times', async () => {
  const candle = {
    coin: 'btc',
    quote: 'usdt',
    window: '10m',
    window_start: '2026-03-02T10:00:00.000Z',
    samples: 3,
    final: true,
    open: 1.5,
  };
  const { dir } = await keep('candles', [candle, { ...candle, final: null, samples: 4 }], {
    partitionBy: ['final', 'samples', 'date', 'window_start'],
  });
  const store = folderStore(join(dir, 'candles'));
  expect((await files(store)).sort()).toEqual([
    'final=__HIVE_DEFAULT_PARTITION__/samples=4/date=2026-03-02/window_start=2026-03-02T10%3A00%3A00.000Z/candles-0-1-1.parquet',
    'final=true/samples=3/date=2026-03-02/window_start=2026-03-02T10%3A00%3A00.000Z/candles-0-0-0.parquet',
  ]);
  expect(await rows(store, 'coin, open, samples', 'samples')).toEqual([
    { coin: 'btc', open: 1.5, samples: '3' },
    { coin: 'btc', open: 1.5, samples: '4' },
  ]);
});

test('the lake-house preset has that project’s tables, folders and columns; open and close as their names say', async () => {
  const preset = 'lake-house';
  const converted = {
    coin: 'btc',
    quote: 'tmn',
    price: 3_000_000,
    market_cap: 6_000_000,
    time: '2026-03-02T10:00:10.000Z',
    fx_base: 'usdt',
    fx_price: 50_000,
    fx_time: '2026-03-02T10:00:10.000Z',
    skew_ms: -10_000,
  };
  const prices = await keep('prices', [price(0), converted], { preset });
  expect(prices.counts).toMatchObject({ rows: 1, left_out: 1 });
  const table = folderStore(join(prices.dir, 'cmp_tmn.parquet'));
  expect(await files(table)).toEqual(['partition_key=2026-03-02/cmp_base=BTC/prices-0-1-1.parquet']);
  const texts = 'cmp_last_updated::varchar as updated, wallex_last_updated::varchar as rate_at';
  expect(
    await rows(
      table,
      `cmp_quote, cmp_price, cmp_market_cap, wallex_base, wallex_quote, wallex_price, base_price_tmn, ${texts}`,
      'cmp_price',
    ),
  ).toMatchObject([
    {
      cmp_quote: 'USDT',
      cmp_price: 60,
      cmp_market_cap: 120,
      wallex_base: 'USDT',
      wallex_quote: 'TMN',
      wallex_price: 50_000,
      base_price_tmn: 3_000_000,
      updated: expect.stringContaining('10:00:00'),
      rate_at: expect.stringContaining('10:00:10'),
    },
  ]);

  const candles = await keep(
    'candles',
    [
      {
        coin: 'eth',
        quote: 'tmn',
        window_start: '2026-03-02T23:50:00.000Z',
        open: 1,
        close: 2,
        high: 3,
        low: 0.5,
        mean: 1.2,
      },
    ],
    { preset },
  );
  const folder = folderStore(join(candles.dir, 'candles.parquet'));
  expect(await files(folder)).toEqual(['partition_key=2026-03-02/candles-0-0-0.parquet']);
  expect(
    await rows(folder, 'base, quote, open_price, close_price, max_price, min_price, avg_price', 'base'),
  ).toEqual([
    {
      base: 'ETH',
      quote: 'TMN',
      open_price: 1,
      close_price: 2,
      max_price: 3,
      min_price: 0.5,
      avg_price: 1.2,
    },
  ]);

  const caps = await keep('market-cap', [{ time: '2026-03-02T10:00:00.000Z', total_market_cap: 5 }], {
    preset,
  });
  expect(await rows(folderStore(join(caps.dir, 'market_cap.parquet')), 'total_market_cap', '1')).toEqual([
    { total_market_cap: 5 },
  ]);
});

test('a derived time that is not a time is rejected and does not stop the sink', async () => {
  const context = fakeContext('prices');
  const settings = { ...usual, dir: scratch(), every: 1, rows: 1e6, bytes: 1e8, maxMemory: 1e9 };
  const sink = await file.open({ ...settings, preset: 'lake-house' }, context, HOST);
  await sink.start(0);
  await sink.write(batchOf([price(0, { fx_price: 1, time: 'soon', skew_ms: 1 })]));
  expect(context.rejected).toEqual([{ offset: 0, reason: 'cmp_last_updated: "soon" is no time' }]);
});

test.each([
  [
    'a column that is not there',
    DATASETS.prices,
    { partitionBy: ['tag'] },
    /prices cannot be partitioned by tag; choose from .*, date, or choose/,
  ],
  ['a list', DATASETS['tweets-processed'], { partitionBy: ['hashtags'] }, /by hashtags; choose from/],
  [
    'a preset without a table',
    DATASETS['tweets-processed'],
    { preset: 'lake-house' },
    /no table for tweets_processed; .* it has prices, candles, market-cap/,
  ],
] as const)('%s is refused, with what may be chosen', (_, dataset, given, message) => {
  expect(layoutErrorsFor(dataset, { ...usual, ...given })).toEqual([expect.stringMatching(message)]);
});

test('contradicting settings are reported', () => {
  expect(layoutErrors(usual)).toEqual([]);
  expect(layoutErrors({ ...usual, format: 'jsonl.gz' })).toEqual([expect.stringContaining('--table plain')]);
  expect(layoutErrors({ ...usual, preset: 'lake-house', partitionBy: ['coin'] })).toEqual([
    expect.stringContaining('--partition-by'),
  ]);
});
