import { execFileSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { openLake } from '../../src/sinks/lake/lake.ts';
import { s3Store } from '../../src/sinks/lake/store/s3/s3-store.ts';
import { batchOf, fakeContext, LAKE } from '../sinks/fakes.ts';
import { openTestBucket } from './minio/bucket.ts';
import { KEYS } from './minio/server.ts';
import { here } from './python.ts';
import { type Shared, shared } from './shared/shared.ts';

const COUNT = 1200;
const prices = Array.from({ length: COUNT }, (_, i) => ({
  coin: ['btc', 'eth', 'a/b %', 'ü🚀'][i % 4],
  quote: 'usdt',
  price: i + 0.5,
  time: new Date(Date.UTC(2026, 2, 2) + i * 60_000).toISOString(),
  source: 'file',
  ...(i % 4 === 0 ? {} : { market_cap: i * 1e9 }),
}));
const posts = [
  {
    id: '1790000000000000001',
    created_at: '2026-03-02T23:59:59.999Z',
    tag: 'btc',
    text: 'to the 🌕',
    hashtags: ['btc', '🚀'],
    followers_count: 9_007_199_254_740_991,
  },
  { id: '2', created_at: '2026-03-03T00:00:00.000Z', tag: null },
];

let minio: Shared['minio'];
beforeAll(async () => {
  minio = await shared('minio');
});

test('delta-rs, Polars and DuckDB read the written table over S3: rows, sums, times in UTC, ids, emoji, lists, nulls', async () => {
  const bucket = await openTestBucket('s3://readers', minio.endpoint);
  for (const [topic, values, name] of [
    ['prices', prices, 'prices'],
    ['tweets-processed', posts, 'tweets_processed'],
  ] as const) {
    const context = fakeContext(topic);
    const sink = await openLake(s3Store(bucket, `lake/${name}`), LAKE, context);
    await sink.start(0);
    // More than a hundred versions: the readers start from our checkpoint.
    const step = Math.max(1, values.length / 120);
    for (let first = 0; first < values.length; first += step) {
      await sink.write(batchOf(values.slice(first, first + step), { first, topic }));
      await sink.flush(context.time);
    }
    expect(context.rejected).toEqual([]);
  }
  const seen = JSON.parse(
    execFileSync(
      (await shared('python')).program,
      [here('read_bucket.py'), minio.endpoint, 's3://readers/lake', KEYS.accessKeyId, KEYS.secretAccessKey],
      { encoding: 'utf8' },
    ),
  );
  const first = '2026-03-02T00:00:00+00:00';
  const last = new Date(Date.UTC(2026, 2, 2) + (COUNT - 1) * 60_000).toISOString().replace('.000Z', '+00:00');
  const rows = [COUNT, (COUNT * COUNT) / 2, first, last, COUNT / 4];
  const texts = [
    ['1790000000000000001', 'to the 🌕', ['btc', '🚀'], 9_007_199_254_740_991],
    ['2', null, null, null],
  ];
  for (const reader of ['delta-rs', 'Polars', 'DuckDB'])
    expect([reader, ...seen[reader]]).toEqual([reader, rows, texts]);
});
