import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openLake } from '../../src/sinks/lake/lake.ts';
import { folderStore } from '../../src/sinks/lake/store/folder-store.ts';
import { pythonWith } from '../services/python.ts';
import { batchOf, fakeContext, LAKE } from '../sinks/fakes.ts';
import { scratch } from '../sinks/lake/scratch.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const COUNT = 1200;
const COINS = ['btc', 'eth', 'a/b %', 'ü🚀'];

test('Spark with Delta Lake reads a table with a checkpoint: rows, sums, times in UTC, nulls, folders', async () => {
  const root = scratch();
  const context = fakeContext('prices');
  const sink = await openLake(folderStore(root), LAKE, context);
  await sink.start(0);
  for (let first = 0; first < COUNT; first += 10) {
    const values = Array.from({ length: 10 }, (_, i) => ({
      coin: COINS[(first + i) % COINS.length],
      quote: 'usdt',
      price: first + i + 0.5,
      time: new Date(Date.UTC(2026, 2, 2) + (first + i) * 60_000).toISOString(),
      source: 'file',
      ...((first + i) % 4 === 0 ? {} : { market_cap: 1e9 }),
    }));
    await sink.write(batchOf(values, { first }));
    await sink.flush(context.time);
  }
  const out = execFileSync(await pythonWith(here('requirements.txt')), [here('read.py'), root], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  });
  expect(JSON.parse(out.trim().split('\n').at(-1)!)).toEqual({
    n: COUNT,
    total: (COUNT * COUNT) / 2,
    first: '2026-03-02T00:00:00',
    last: '2026-03-02T19:59:00',
    nulls: COUNT / 4,
    coins: COINS.length,
  });
});
