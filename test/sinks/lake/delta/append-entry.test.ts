import { describe, expect, test } from 'vitest';
import { DATASETS } from '../../../../src/market/catalog/datasets.ts';
import {
  entryChunks,
  entryPath,
  LOG_FOLDER,
  type MetaData,
} from '../../../../src/sinks/lake/delta/actions.ts';
import { tableSchema } from '../../../../src/sinks/lake/delta/schema.ts';
import { readSnapshot } from '../../../../src/sinks/lake/delta/snapshot.ts';
import { openTable } from '../../../../src/sinks/lake/delta/table.ts';
import { memoryStore } from '../memory-store.ts';
import { OtherEngine } from '../other-engine.ts';

const schema = tableSchema(DATASETS.prices);
const warn = (message: string) => {
  throw new Error(message);
};

/** A table with one commit of ours, which another engine can reach; `calls` counts what is asked of the store. */
async function shared() {
  let hook: (() => Promise<void>) | undefined;
  let calls = 0;
  const store = memoryStore(async () => {
    calls++;
    const act = calls === at ? hook : undefined;
    if (act !== undefined) {
      hook = undefined;
      await act();
    }
  });
  let at = 0;
  const engine = new OtherEngine(store, schema);
  const table = await openTable(store, schema, { warn });
  let position: number | undefined;
  const commit = async (): Promise<void> => {
    const to = (position ?? 0) + 1;
    await table.commit([], new Map([['a', { from: position, to }]]), 0);
    position = to;
  };
  await commit();
  return {
    ...{ store, engine, table, commit },
    /** What happens before the n-th call of the next commit. */
    interrupt(call: number, act: () => Promise<void>): void {
      at = calls + call;
      hook = act;
    },
    calls: () => calls,
    log: async () => (await store.list(LOG_FOLDER)).map(({ name }) => name.replace(/^0+(?=\d)/, '')),
    position: async () => (await readSnapshot(store)).transactions.get('a')?.version,
  };
}

const cleaned = async (engine: OtherEngine): Promise<void> => {
  for (let i = 0; i < 3; i++) await engine.append();
  await engine.checkpoint();
  await engine.clean();
};

describe('a commit', () => {
  test('a commit without other writers takes two listings and one put', async () => {
    const { commit, calls } = await shared();
    await commit();
    const before = calls();
    await commit();
    expect(calls() - before).toBe(3);
  });

  test('a commit continues after the checkpoint when the log was cleaned', async () => {
    const { engine, table, commit, log, position } = await shared();
    await cleaned(engine);
    await commit();
    expect([table.version(), await position(), await log()]).toEqual([
      ...[4, 2],
      ['3.checkpoint.parquet', '3.json', '4.json', '_last_checkpoint'],
    ]);
  });

  test.each([2, 3])('a commit is retried when the log is cleaned before its call %i', async (call) => {
    const { engine, commit, interrupt, log, position } = await shared();
    interrupt(call, () => cleaned(engine));
    await commit();
    expect(await position()).toBe(2);
    expect((await log()).filter((name) => name < '3' || name > '5')).toEqual(['_last_checkpoint']);
    await commit();
    expect([await position(), (await engine.marks()).length]).toEqual([3, 3]);
  });

  test('a commit into a removed table fails every time and writes nothing', async () => {
    const { engine, commit, log } = await shared();
    await engine.remove();
    const removed = {
      code: 'damaged',
      message: expect.stringContaining('the Delta log of memory was removed'),
    };
    for (const _ of [1, 2]) await expect(commit()).rejects.toMatchObject(removed);
    expect(await log()).toEqual([]);
  });

  test.each([1, 2, 3])(
    'a commit does not touch a table that was recreated before its call %i',
    async (call) => {
      const { engine, commit, interrupt, log, position } = await shared();
      interrupt(call, () => engine.recreate(3));
      const other = { code: 'damaged', message: expect.stringContaining('another table now') };
      for (const _ of [1, 2]) await expect(commit()).rejects.toMatchObject(other);
      expect(await log()).toEqual(['0.json', '1.json', '2.json', '3.json']);
      expect([await position(), (await engine.marks()).length]).toEqual([undefined, 3]);
    },
  );

  test('a commit that creates the table keeps a table that another engine creates at the same time', async () => {
    let calls = 0;
    const store = memoryStore(async () => {
      if (++calls === 5) await engine.recreate(0);
    });
    const engine: OtherEngine = new OtherEngine(store, schema);
    const table = await openTable(store, schema, { warn });
    await table.commit([], new Map([['a', { from: undefined, to: 1 }]]), 0);
    expect((await readSnapshot(store)).transactions.get('a')?.version).toBe(1);
  });

  test('a commit into a restored table fails with the reason', async () => {
    const { engine, commit } = await shared();
    await commit();
    await engine.restore(1);
    const back = {
      code: 'damaged',
      message: expect.stringContaining('a is at offset 1, and was at 2'),
    };
    for (const _ of [1, 2]) await expect(commit()).rejects.toMatchObject(back);
  });

  const later = async (change: (metaData: MetaData) => object) => {
    const { store, commit, log } = await shared();
    const { metaData } = await readSnapshot(store);
    await store.putIfAbsent(entryPath(1), entryChunks([change(metaData!)]));
    const attempts = [];
    for (const _ of [1, 2]) attempts.push(await commit().catch(({ message }) => message));
    expect(await log()).toHaveLength(2);
    return attempts;
  };

  test('a commit into a table that now requires an unknown feature is refused every time', async () => {
    const features = { readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors'] };
    const attempts = await later(() => ({
      protocol: { minReaderVersion: 3, minWriterVersion: 7, ...features },
    }));
    expect(attempts).toEqual([1, 2].map(() => expect.stringContaining('deletionVectors')));
  });

  test('a commit into a table whose columns or folders changed is refused every time', async () => {
    const asText = (text: string) =>
      text.replace('"name":"price","type":"double"', '"name":"price","type":"string"');
    const columns = await later((metaData) => ({
      metaData: { ...metaData, schemaString: asText(metaData.schemaString) },
    }));
    expect(columns).toEqual([1, 2].map(() => expect.stringContaining('other columns')));
    const folders = await later((metaData) => ({ metaData: { ...metaData, partitionColumns: ['coin'] } }));
    expect(folders).toEqual([1, 2].map(() => expect.stringContaining('partitioned by coin, not')));
  });
});
