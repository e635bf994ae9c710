import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { DATASETS } from '../../src/market/catalog/datasets.ts';
import { type Add, entryActions, entryChunks, entryPath } from '../../src/sinks/lake/delta/actions.ts';
import { tableSchema } from '../../src/sinks/lake/delta/schema.ts';
import { type DeltaTable, openTable } from '../../src/sinks/lake/delta/table.ts';
import { verify } from '../../src/sinks/lake/delta/verify.ts';
import { openLake } from '../../src/sinks/lake/lake.ts';
import { purgeLake } from '../../src/sinks/lake/purge/purge.ts';
import { folderStore } from '../../src/sinks/lake/store/folder-store.ts';
import { batchOf, fakeContext, LAKE, price } from '../sinks/fakes.ts';
import { scratch } from '../sinks/lake/scratch.ts';
import { here } from './python.ts';
import { shared } from './shared/shared.ts';

interface Seen {
  readonly version: number;
  readonly rows: number;
  readonly sum: number;
  readonly files: number;
  readonly seconds: number;
}
let python: string;
beforeAll(async () => {
  python = (await shared('python')).program;
});
const deltaRs = (action: string, path: string): Seen =>
  JSON.parse(execFileSync(python, [here('write_lake.py'), action, path], { encoding: 'utf8' }));

const ROWS = 20;

test('delta-rs and cryptopipe alternate: appends, compactions and checkpoints of one between commits of the other', async () => {
  const root = scratch();
  const store = folderStore(root);
  const context = fakeContext('prices');
  let sink = await openLake(store, LAKE, context);
  await sink.start(0);
  let next = 0;

  const ours = async () => {
    const values = Array.from({ length: ROWS }, (_, i) => price(next + i));
    await sink.write(batchOf(values, { first: next }));
    await sink.flush(context.time);
    next += ROWS;
  };
  await ours();
  let deltaRsCommits = 0;
  for (const action of ['append', 'checkpoint', 'compact', 'append', 'compact', 'checkpoint', 'append']) {
    const before = deltaRs('look', root);
    const after = deltaRs(action, root);
    if (action === 'append') deltaRsCommits += 10;
    expect([action, after.rows]).toEqual([action, next + deltaRsCommits]);
    if (action === 'compact') expect(after.sum).toBeCloseTo(before.sum);
    await ours();
    // A process that starts now reads their checkpoints.
    if (action === 'checkpoint') {
      sink = await openLake(store, LAKE, context);
      expect(await sink.start(0)).toBe(next);
    }
  }
  expect(deltaRs('look', root).rows).toBe(next + deltaRsCommits);
  expect(await verify(store)).toMatchObject({ missing: [], orphans: [] });
});

test('a purge and tombstones delete posts from files that delta-rs has compacted', async () => {
  const root = scratch();
  const store = folderStore(root);
  const context = fakeContext('tweets-processed');
  const sink = await openLake(store, LAKE, context);
  await sink.start(0);
  const posts = Array.from({ length: 40 }, (_, i) => ({
    ...{ id: String(1000 + i), created_at: '2026-03-02T12:00:00.000Z', tag: 'btc', tags: ['btc', `${i}`] },
  }));
  for (const first of [0, 20]) {
    await sink.write(batchOf(posts.slice(first, first + 20), { first, topic: 'tweets-processed' }));
    await sink.flush(context.time);
  }
  expect(deltaRs('compact', root)).toMatchObject({ rows: 40, files: 1 });
  const tombstone = { offset: 40, timestamp: 0, key: '1003', value: null, headers: {} };
  await sink.write({ topic: 'tweets-processed', partition: 0, records: [tombstone], next: 41 });
  await sink.flush(context.time);
  expect(deltaRs('look', root)).toMatchObject({ rows: 39, files: 1 });
  const selection = { ids: new Set(['1003', '1030']), authors: new Set<string>() };
  // 1003 was still in a file that compaction removed from the table; 1030 in another one, and in the table.
  const done = await purgeLake(store, 'delta', selection, { ...context, dryRun: false });
  expect(done).toEqual({ rows: 3, files: 3 });
  expect(deltaRs('look', root)).toMatchObject({ rows: 38, files: 1 });
  deltaRs('checkpoint', root);
  expect(await purgeLake(store, 'delta', selection, { ...context, dryRun: false })).toEqual({
    rows: 0,
    files: 0,
  });
});

test('a table of 10,000 commits is loaded from our checkpoints, by us and by delta-rs', async () => {
  const root = scratch();
  const store = folderStore(root);
  const adds = (i: number): Add[] => [
    {
      path: `coin=btc/date=2026-03-02/prices-0-${i}-${i}.parquet`,
      partitionValues: { coin: 'btc', date: '2026-03-02' },
      size: 1000,
      modificationTime: i,
      dataChange: true,
      stats: '{"numRecords":1}',
    },
  ];
  const warn = (message: string) => {
    throw new Error(message);
  };
  const commit = (table: DeltaTable, i: number) =>
    table.commit(adds(i), new Map([['g/prices/0', { from: i === 0 ? undefined : i, to: i + 1 }]]), i);
  const first = await openTable(store, tableSchema(DATASETS.prices), { warn });
  await commit(first, 0);
  // Most of it is written directly, as another writer would: without waiting for the disk and without checkpoints.
  for (let i = 1; i < 9750; i++) {
    const transactions = [{ appId: 'g/prices/0', version: i + 1 }];
    const change = {
      commitId: `${i}`,
      operation: 'WRITE',
      transactions,
      removes: [],
      adds: adds(i),
    } as const;
    writeFileSync(join(root, entryPath(i)), Buffer.concat(entryChunks(entryActions(change, i))));
  }
  const table = await openTable(store, tableSchema(DATASETS.prices), { warn });
  for (let i = 9750; i < 10_000; i++) await commit(table, i);
  const began = performance.now();
  const again = await openTable(store, tableSchema(DATASETS.prices), { warn });
  const ownSeconds = (performance.now() - began) / 1000;
  expect([again.version(), again.position('g/prices/0')]).toEqual([9999, 10_000]);
  const seen = deltaRs('load', root);
  console.log(`10,000 commits: ours ${ownSeconds.toFixed(2)} s, delta-rs ${seen.seconds.toFixed(2)} s`);
  expect(seen.version).toBe(9999);
});
