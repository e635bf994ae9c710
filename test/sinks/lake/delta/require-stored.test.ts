import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DATASETS } from '../../../../src/market/catalog/datasets.ts';
import { tableSchema } from '../../../../src/sinks/lake/delta/schema.ts';
import { verify } from '../../../../src/sinks/lake/delta/verify.ts';
import { openLake } from '../../../../src/sinks/lake/lake.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import type { TableStore } from '../../../../src/sinks/lake/store/store.ts';
import { batchOf, fakeContext, LAKE, price } from '../../fakes.ts';
import { memoryStore } from '../memory-store.ts';
import { OtherEngine } from '../other-engine.ts';
import { scratch } from '../scratch.ts';

const prices = (count: number, first: number) =>
  batchOf(
    Array.from({ length: count }, (_, i) => price(first + i, { fx_source: `#${first + i}` })),
    { first },
  );

/** A sink that closes a file at four rows, with its position. */
async function opened(store: TableStore) {
  const sink = await openLake(store, { ...LAKE, rows: 4 }, fakeContext());
  return { sink, next: await sink.start(0) };
}

describe('files that were stored before their commit', () => {
  /** Ten records in the table, ten in files that no entry names; then these are dealt with. */
  async function early(
    act: (store: TableStore, engine: OtherEngine, paths: readonly string[]) => Promise<void>,
  ) {
    const store = memoryStore();
    const engine = new OtherEngine(store, tableSchema(DATASETS.prices));
    const { sink } = await opened(store);
    await sink.write(prices(10, 0));
    await sink.flush(0);
    await sink.write(prices(10, 10));
    const { orphans } = await verify(store);
    expect(orphans.length).toBeGreaterThan(0);
    await act(
      store,
      engine,
      orphans.map(({ name }) => name),
    );
    return { store, engine, sink };
  }
  const lost = { code: 'fenced', message: expect.stringContaining('before it was committed') };

  test('files vacuumed before their commit are never committed, and the next start writes them again', async () => {
    const { store, engine, sink } = await early((_, other) => other.vacuum());
    for (const _ of [1, 2]) await expect(sink.flush(0)).rejects.toMatchObject(lost);
    expect((await verify(store)).missing).toEqual([]);
    const again = await opened(store);
    expect(again.next).toBe(10);
    await again.sink.write(prices(10, 10));
    await again.sink.flush(0);
    expect(new Set(await engine.marks()).size).toBe(20);
  });

  test('a sink that restarts after a vacuum writes its files again', async () => {
    const { engine, sink } = await early((_, other) => other.vacuum());
    await expect(sink.flush(0)).rejects.toMatchObject(lost);
    expect(await sink.start(0)).toBe(10);
    await sink.write(prices(10, 10));
    await sink.flush(0);
    expect((await engine.marks()).length).toBe(20);
  });

  test('files replaced by others of another size are never committed', async () => {
    const { sink } = await early((store, _, [path]) => store.put(path!, [Buffer.from('another')]));
    await expect(sink.flush(0)).rejects.toMatchObject(lost);
  });

  test('untouched files are committed', async () => {
    const { engine, sink } = await early(async () => {});
    await sink.flush(0);
    expect((await engine.marks()).length).toBe(20);
  });
});

describe('a table in a folder', () => {
  test('a sink fails when its table is removed, leaves no orphans, and recreates the table after a restart', async () => {
    const root = join(scratch(), 'prices');
    const { sink } = await opened(folderStore(root));
    await sink.write(prices(5, 0));
    await sink.flush(0);
    rmSync(root, { recursive: true });
    const missing = {
      code: 'damaged',
      message: expect.stringContaining(`the Delta log of ${root} was removed`),
    };
    for (const first of [5, 12]) {
      await expect(sink.write(prices(7, first)).then(() => sink.flush(0))).rejects.toMatchObject(missing);
    }
    expect(await verify(folderStore(root))).toMatchObject({ version: -1, orphans: [] });
    const again = await opened(folderStore(root));
    expect(again.next).toBe(0);
    await again.sink.write(prices(19, 0));
    await again.sink.flush(0);
    const engine = new OtherEngine(folderStore(root), tableSchema(DATASETS.prices));
    expect(new Set(await engine.marks()).size).toBe(19);
  });

  test('a table is not created if its files are removed before the first commit', async () => {
    const root = join(scratch(), 'prices');
    const store = folderStore(root);
    const { sink } = await opened({
      ...store,
      // The folder goes after the files are stored.
      size: async (path) => {
        await rm(root, { recursive: true, force: true });
        return store.size(path);
      },
    });
    await sink.write(prices(3, 0));
    await expect(sink.flush(0)).rejects.toMatchObject({ code: 'fenced' });
    expect((await verify(store)).version).toBe(-1);
  });
});

test('posts stay in a table with a change data feed: the sink warns, and purge refuses', async () => {
  const store = memoryStore();
  const warnings: string[] = [];
  const context = fakeContext('tweets-processed', { warn: (message) => void warnings.push(message) });
  const post = { id: '7', created_at: '2026-03-02T12:00:00.000Z', tag: 'btc' };
  const engine = new OtherEngine(store, tableSchema(context.dataset));
  await engine.recreate(0, { 'delta.enableChangeDataFeed': 'true' });
  const sink = await openLake(store, LAKE, context);
  await sink.start(0);
  await sink.write(batchOf([post], { topic: 'tweets-processed' }));
  await sink.flush(0);
  const tombstone = { offset: 1, timestamp: 0, key: '7', value: null, headers: {} };
  await sink.write({ topic: 'tweets-processed', partition: 0, records: [tombstone], next: 2 });
  await sink.flush(0);
  expect(warnings).toEqual([
    expect.stringContaining('the table has a change data feed (delta.enableChangeDataFeed)'),
  ]);
  expect((await verify(store)).files).toBe(1);
});
