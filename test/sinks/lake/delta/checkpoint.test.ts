import { writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DATASETS } from '../../../../src/market/catalog/datasets.ts';
import { type Action, type Add, entryPath, LOG_FOLDER } from '../../../../src/sinks/lake/delta/actions.ts';
import {
  newestCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from '../../../../src/sinks/lake/delta/checkpoint.ts';
import { readEntry } from '../../../../src/sinks/lake/delta/log-segment.ts';
import { tableSchema } from '../../../../src/sinks/lake/delta/schema.ts';
import { readSnapshot } from '../../../../src/sinks/lake/delta/snapshot.ts';
import { openTable } from '../../../../src/sinks/lake/delta/table.ts';
import { filesOf } from '../../../../src/sinks/lake/delta/verify.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import { files as liveFiles, query } from '../reading.ts';
import { scratch } from '../scratch.ts';

const DAY = 86_400_000;
const schema = tableSchema(DATASETS.prices);
const add = (path: string): Add => ({
  path,
  partitionValues: { coin: 'btc', date: null },
  size: 1,
  modificationTime: 5,
  dataChange: true,
  stats: '{"numRecords":1}',
});
const warn = (message: string) => {
  throw new Error(message);
};

describe('a checkpoint', () => {
  test('a checkpoint contains every action, with its maps, lists and nulls', async () => {
    const actions: Action[] = [
      { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
      {
        metaData: {
          id: 'id',
          format: { provider: 'parquet', options: {} },
          schemaString: '{}',
          partitionColumns: ['coin', 'date'],
          configuration: { 'delta.appendOnly': 'true' },
          createdTime: 7,
        },
      },
      { txn: { appId: 'g/t/0', version: 2 ** 40, lastUpdated: 3 } },
      { add: { ...add('coin=btc/%F0%9F%9A%80'), tags: { a: 'b' } } },
      { remove: { path: 'x', dataChange: false, deletionTimestamp: 9, partitionValues: {}, size: 4 } },
    ];
    const store = folderStore(scratch());
    await writeCheckpoint(store, 12, [actions]);
    const names = (await store.list(LOG_FOLDER)).map(({ name }) => name);
    const checkpoint = newestCheckpoint(names, 100)!;
    expect(checkpoint.version).toBe(12);
    const read = async (files: boolean) => {
      const all: Action[] = [];
      for await (const part of readCheckpoint(store, checkpoint, files)) all.push(...part);
      return all;
    };
    expect(await read(true)).toMatchObject(actions);
    expect((await read(false)).flatMap(Object.keys)).toEqual(['protocol', 'metaData', 'txn']);
  });

  test('a checkpoint of many files is written and read in batches that yield to other work', async () => {
    const store = folderStore(scratch());
    const actions = Array.from({ length: 35_000 }, (_, i) => ({ add: add(`f${i}`) }));
    let turns = 0;
    let done = false;
    const other = (): void => {
      turns++;
      if (!done) setImmediate(other);
    };
    other();
    await writeCheckpoint(store, 3, [actions]);
    const written = turns;
    const parts: number[] = [];
    for await (const part of readCheckpoint(
      store,
      { version: 3, parts: [`${'0'.repeat(19)}3.checkpoint.parquet`] },
      true,
    ))
      parts.push(part.length);
    done = true;
    expect(parts.reduce((sum, count) => sum + count)).toBe(35_000);
    expect(Math.max(...parts)).toBeLessThanOrEqual(10_000);
    expect([written >= 3, turns - written >= 3]).toEqual([true, true]);
  });

  test('a checkpoint of another engine may lack positions and tombstones', async () => {
    const store = folderStore(scratch());
    await openTable(store, schema, { warn }).then((table) => table.commit([], new Map(), 0));
    const [{ metaData: ours } = {}] = (await readEntry(store, 0))!.filter(({ metaData }) => metaData);
    const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
    const metaData = `{id: ${quoted(ours!.id)}, format: {provider: 'parquet', options: map {}},
      schemaString: ${quoted(ours!.schemaString)}, partitionColumns: ['coin', 'date'], configuration: map {}}`;
    const files = `{path: 'f' || i, partitionValues: map {'coin': 'btc', 'date': null}, size: i, modificationTime: 1::bigint,
      dataChange: true, stats: null::varchar}`;
    await query(`copy (
        select {minReaderVersion: 1, minWriterVersion: 2} as protocol, ${metaData} as metaData, null as add
        union all select null, null, ${files} from range(5000) t(i)
      ) to '${join(store.url, LOG_FOLDER)}/${'0'.repeat(20)}.checkpoint.parquet' (codec zstd, row_group_size 2048)`);
    await store.remove(entryPath(0));
    const table = await openTable(store, schema, { warn });
    await table.commit([add('g')], new Map([['a', { from: undefined, to: 7 }]]), 0);
    const { metaData: theirs, transactions } = await readSnapshot(store);
    const { files: all } = await filesOf(store);
    expect(all.size).toBe(5001);
    expect(all.get('f7')).toMatchObject({ size: 7, partitionValues: { coin: 'btc', date: null } });
    expect(theirs).toMatchObject({ partitionColumns: ['coin', 'date'], format: { options: {} } });
    expect(transactions.get('a')!.version).toBe(7);
  });

  test('a checkpoint is used only if all its parts exist, and only up to a version', () => {
    const part = (version: number, which: number, of: number) =>
      `${String(version).padStart(20, '0')}.checkpoint.${String(which).padStart(10, '0')}.${String(of).padStart(10, '0')}.parquet`;
    const names = [`${'0'.repeat(19)}5.checkpoint.parquet`, part(7, 1, 2), part(7, 2, 2), part(9, 1, 2)];
    expect(newestCheckpoint(names, 100)).toMatchObject({ version: 7, parts: [part(7, 1, 2), part(7, 2, 2)] });
    expect(newestCheckpoint(names, 6)).toMatchObject({ version: 5 });
    expect(newestCheckpoint(names, 4)).toBeUndefined();
  });
});

/** A table with a checkpoint every 5 versions, and `count` commits. */
async function longTable(count: number) {
  const root = scratch();
  const store = folderStore(root);
  const table = await openTable(store, schema, { warn });
  for (let i = 0; i < count; i++) {
    if (i === 1) await everyFive(store);
    await table.commit([add(`f${i}`)], new Map([['a', { from: i === 0 ? undefined : i, to: i + 1 }]]), 0);
  }
  return { root, store, table };
}

async function everyFive(store: ReturnType<typeof folderStore>): Promise<void> {
  const text = String(await store.get(entryPath(0)));
  await store.put(entryPath(0), [
    Buffer.from(text.replace('"configuration":{}', '"configuration":{"delta.checkpointInterval":"5"}')),
  ]);
}

describe('a log with checkpoints', () => {
  test('a log with checkpoints reads the same as without', async () => {
    const { store } = await longTable(1);
    await everyFive(store);
    const table = await openTable(store, schema, { warn });
    for (let i = 1; i < 23; i++)
      await table.commit([add(`f${i}`)], new Map([['a', { from: i, to: i + 1 }]]), 0);
    const names = (await store.list(LOG_FOLDER)).map(({ name }) => name);
    expect(names.filter((name) => name.includes('checkpoint'))).toHaveLength(5);
    const read = async () => ({ ...(await readSnapshot(store)), ...(await filesOf(store)) });
    const hinted = await read();
    await store.remove(`${LOG_FOLDER}/_last_checkpoint`);
    const found = await read();
    for (const version of [5, 10, 15, 20])
      await store.remove(`${LOG_FOLDER}/${String(version).padStart(20, '0')}.checkpoint.parquet`);
    const whole = await read();
    for (const one of [hinted, found, whole]) {
      expect(one.version).toBe(22);
      expect([...one.files.keys()].sort()).toEqual(Array.from({ length: 23 }, (_, i) => `f${i}`).sort());
      expect(one.transactions.get('a')!.version).toBe(23);
      expect(one.metaData).toMatchObject({
        schemaString: schema.schemaString,
        partitionColumns: ['coin', 'date'],
      });
    }
  });

  test('an expired log is cleaned and stays readable and writable', async () => {
    const { root, store } = await longTable(1);
    await everyFive(store);
    const table = await openTable(store, schema, { warn });
    const commit = (i: number, time: number) =>
      table.commit([add(`f${i}`)], new Map([['a', { from: i, to: i + 1 }]]), time);
    for (let i = 1; i < 13; i++) await commit(i, 0);
    for (const { name } of await store.list(LOG_FOLDER)) await utimes(join(root, LOG_FOLDER, name), 1, 1);
    for (let i = 13; i < 16; i++) await commit(i, 40 * DAY);
    const left = (await store.list(LOG_FOLDER)).map(({ name }) => name);
    expect(left[0]).toBe('00000000000000000010.checkpoint.parquet');
    const again = await openTable(store, schema, { warn });
    expect([again.version(), again.position('a')]).toEqual([15, 16]);
    expect((await filesOf(store)).files.size).toBe(16);
  });

  test('a writer whose entries were cleaned meanwhile continues from the checkpoint', async () => {
    const { store } = await longTable(1);
    await everyFive(store);
    const sleeper = await openTable(store, schema, { warn });
    const table = await openTable(store, schema, { warn });
    for (let i = 1; i < 9; i++)
      await table.commit([add(`f${i}`)], new Map([['a', { from: i, to: i + 1 }]]), 0);
    for (let version = 0; version < 5; version++) await store.remove(entryPath(version));
    const late = new Map([['a', { from: 1, to: 2 }]]);
    await expect(sleeper.refresh(late)).rejects.toMatchObject({ code: 'fenced' });
    await sleeper.commit([add('g')], new Map([['b', { from: undefined, to: 1 }]]), 2 * DAY);
    expect(sleeper.version()).toBe(9);
  });

  test('a checkpoint that cannot be written does not undo the commit', async () => {
    const { store } = await longTable(1);
    await everyFive(store);
    const warnings: string[] = [];
    const failing = { ...store, put: async () => Promise.reject(new Error('no room')) };
    const table = await openTable(failing, schema, { warn: (message) => void warnings.push(message) });
    for (let i = 1; i < 7; i++)
      await table.commit([add(`f${i}`)], new Map([['a', { from: i, to: i + 1 }]]), 0);
    expect([table.version(), warnings]).toEqual([6, [expect.stringContaining('no room')]]);
  });

  test('an invalid checkpoint that the log needs is an error that names it', async () => {
    const { root, store } = await longTable(1);
    writeFileSync(join(root, LOG_FOLDER, '00000000000000000000.checkpoint.parquet'), 'PAR1 not');
    await store.remove(entryPath(0));
    await expect(readSnapshot(store)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('0.checkpoint.parquet'),
    });
  });
});

test('a checkpoint at any version changes nothing, whatever was added and removed', async () => {
  const step = fc.record({ path: fc.integer({ min: 0, max: 5 }), remove: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), fc.nat(), async (steps, at) => {
      const store = folderStore(scratch());
      const table = await openTable(store, schema, { warn });
      await table.commit([], new Map(), 0);
      for (const [i, { path, remove }] of steps.entries()) {
        const action = remove ? { remove: { path: `f${path}`, dataChange: true } } : { add: add(`f${path}`) };
        await store.putIfAbsent(entryPath(i + 1), [Buffer.from(`${JSON.stringify(action)}\n`)]);
      }
      const before = await filesOf(store);
      expect([...before.files.keys()].sort()).toEqual((await liveFiles(store)).sort());
      const version = at % (steps.length + 1);
      const { metaData, protocol } = await readSnapshot(store);
      const { files, tombstones } = await filesOf(store, version);
      const actions = [
        { protocol: protocol! },
        { metaData: metaData! },
        ...[...files.values()].map((one) => ({ add: one })),
        ...[...tombstones.values()].map((one) => ({ remove: one })),
      ];
      await writeCheckpoint(store, version, [actions]);
      for (let entry = 0; entry <= version; entry++) await store.remove(entryPath(entry));
      const after = await filesOf(store);
      expect([...after.files.keys()].sort()).toEqual([...before.files.keys()].sort());
      expect([...after.tombstones.keys()].sort()).toEqual([...before.tombstones.keys()].sort());
    }),
    { numRuns: 40 },
  );
});
