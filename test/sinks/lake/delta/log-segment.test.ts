import { describe, expect, test } from 'vitest';
import { DATASETS } from '../../../../src/market/catalog/datasets.ts';
import { type Add, entryPath, LOG_FOLDER } from '../../../../src/sinks/lake/delta/actions.ts';
import {
  checkpointPath,
  readCheckpoint,
  writeCheckpoint,
} from '../../../../src/sinks/lake/delta/checkpoint.ts';
import { tableSchema } from '../../../../src/sinks/lake/delta/schema.ts';
import { readSnapshot } from '../../../../src/sinks/lake/delta/snapshot.ts';
import { openTable } from '../../../../src/sinks/lake/delta/table.ts';
import { filesOf } from '../../../../src/sinks/lake/delta/verify.ts';
import type { TableStore } from '../../../../src/sinks/lake/store/store.ts';
import { memoryStore } from '../memory-store.ts';
import { OtherEngine } from '../other-engine.ts';

const schema = tableSchema(DATASETS.prices);
const warn = (message: string) => {
  throw new Error(message);
};
const HINT = `${LOG_FOLDER}/_last_checkpoint`;
const add = (path: string): Add => ({
  ...{ path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
});

/** A table of 12 versions by our own commits, with checkpoints of another engine at 4 and at 8. */
async function checkpointed() {
  const store = memoryStore();
  const engine = new OtherEngine(store, schema);
  const table = await openTable(store, schema, { warn });
  for (let i = 0; i < 12; i++) {
    await table.commit([add(`f${i}`)], new Map([['a', { from: i === 0 ? undefined : i, to: i + 1 }]]), 0);
    if (i === 4 || i === 8) await engine.checkpoint();
  }
  return { store, engine, checkpoint: (await store.get(checkpointPath(8)))! };
}

/** What a table that was read says, and that one more commit can be made. */
async function facts(store: TableStore) {
  const { version, transactions } = await readSnapshot(store);
  const files = (await filesOf(store)).files.size;
  const table = await openTable(store, schema, { warn });
  await table.commit([], new Map([['a', { from: 12, to: 13 }]]), 0);
  return [version, transactions.get('a')?.version, files, table.version()];
}

const DAMAGES: readonly (readonly [string, (whole: Buffer) => Buffer])[] = [
  ['is empty', () => Buffer.alloc(0)],
  ['is cut short', (whole) => whole.subarray(0, whole.length / 2)],
  ['has lost its beginning', (whole) => whole.subarray(whole.length / 2)],
  ['is no Parquet', () => Buffer.from('PAR1 not')],
  [
    'has zeros for its content',
    (whole) => Buffer.concat([Buffer.alloc(whole.length - 8), whole.subarray(-8)]),
  ],
];

describe('a checkpoint that', () => {
  test.each(DAMAGES)('a checkpoint that %s is skipped if the log is complete', async (_, damage) => {
    const { store, checkpoint } = await checkpointed();
    await store.put(checkpointPath(8), [damage(checkpoint)]);
    expect(await facts(store)).toEqual([11, 12, 12, 12]);
  });

  test.each(DAMAGES)('a checkpoint that %s is skipped in favour of an older one', async (_, damage) => {
    const { store, checkpoint } = await checkpointed();
    await store.put(checkpointPath(8), [damage(checkpoint)]);
    for (let version = 0; version < 4; version++) await store.remove(entryPath(version));
    expect(await facts(store)).toEqual([11, 12, 12, 12]);
  });

  test.each(DAMAGES)(
    'a checkpoint that %s and that the log needs is an error with its name',
    async (_, damage) => {
      const { store, engine, checkpoint } = await checkpointed();
      await engine.clean();
      await store.put(checkpointPath(8), [damage(checkpoint)]);
      await expect(readSnapshot(store)).rejects.toMatchObject({
        code: 'damaged',
        message: expect.stringContaining('00000000000000000008.checkpoint.parquet'),
      });
    },
  );

  test('a checkpoint without metadata is skipped', async () => {
    const { store } = await checkpointed();
    await store.remove(checkpointPath(8));
    await writeCheckpoint(store, 8, [[{ add: add('x') }]]);
    const { version, transactions } = await readSnapshot(store);
    expect([version, transactions.get('a')?.version]).toEqual([11, 12]);
  });

  test('an empty checkpoint ahead of the log is ignored', async () => {
    const { store } = await checkpointed();
    await store.put(checkpointPath(40), [Buffer.alloc(0)]);
    expect(await facts(store)).toEqual([11, 12, 12, 12]);
  });

  test('a checkpoint that breaks off after thousands of files yields each file once', async () => {
    const store = memoryStore();
    const table = await openTable(store, schema, { warn });
    await table.commit(
      Array.from({ length: 11_000 }, (_, i) => add(`f${i}`)),
      new Map(),
      0,
    );
    await new OtherEngine(store, schema).checkpoint();
    const checkpoint = { version: 0, parts: [checkpointPath(0).slice(LOG_FOLDER.length + 1)] };
    const whole = (await store.get(checkpointPath(0)))!;
    const broken = Buffer.from(whole).fill(
      0xff,
      Math.floor(whole.length * 0.84),
      Math.floor(whole.length * 0.9),
    );
    await store.put(checkpointPath(0), [broken]);
    let read = 0;
    const reading = async () => {
      for await (const actions of readCheckpoint(store, checkpoint, true)) read += actions.length;
    };
    await expect(reading()).rejects.toThrow();
    expect(read).toBe(10_000);
    expect((await filesOf(store)).files.size).toBe(11_000);
  });
});

test.each([
  ['is empty', ''],
  ['is no JSON', '{'],
  ['is JSON of another kind', '[7]'],
  ['names no version', '{"version":-1}'],
  ['names a version past all', '{"version":1e300}'],
  ['names a checkpoint that is gone', '{"version":7}'],
])('a _last_checkpoint file that %s is ignored', async (_, text) => {
  const { store } = await checkpointed();
  await store.put(HINT, [Buffer.from(text)]);
  expect(await facts(store)).toEqual([11, 12, 12, 12]);
});

test('a log is not cleaned by a checkpoint that cannot be read', async () => {
  const store = memoryStore();
  const engine = new OtherEngine(store, schema);
  await engine.recreate(3);
  // Old, and ahead of the versions that maintenance keeps.
  await store.put(checkpointPath(40), [Buffer.from('PAR1 not')]);
  const table = await openTable(store, schema, { warn });
  for (let i = 0; i < 4; i++)
    await table.commit([], new Map([['a', { from: i === 0 ? undefined : i, to: i + 1 }]]), 40 * 86_400_000);
  const { version, transactions } = await readSnapshot(store);
  expect([version, transactions.get('a')?.version, (await engine.marks()).length]).toEqual([7, 4, 3]);
});
