import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DATASETS } from '../../../../src/market/catalog/datasets.ts';
import { type Add, entryPath, LOG_FOLDER } from '../../../../src/sinks/lake/delta/actions.ts';
import { activeFiles } from '../../../../src/sinks/lake/delta/files-at.ts';
import { tableSchema } from '../../../../src/sinks/lake/delta/schema.ts';
import { openTable, type PositionUpdate } from '../../../../src/sinks/lake/delta/table.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import { entries, files } from '../reading.ts';
import { scratch } from '../scratch.ts';

const schema = tableSchema(DATASETS.prices);
const around = { warn: () => {} };
const open = (root: string) => openTable(folderStore(root), schema, around);
const move = (appId: string, from: number | undefined, to: number) =>
  new Map<string, PositionUpdate>([[appId, { from, to }]]);
const file = (path: string): Add => ({
  path: encodeURI(path),
  partitionValues: { coin: null, date: null },
  size: 1,
  modificationTime: 0,
  dataChange: true,
});

describe('a table', () => {
  test('the first commit creates the table, and a reopened table knows its positions', async () => {
    const root = scratch();
    const table = await open(root);
    expect([table.version(), table.position('g/t/0')]).toEqual([-1, undefined]);
    await table.commit([file('a')], move('g/t/0', undefined, 10), 0);
    await table.commit([file('b')], move('g/t/0', 10, 20), 0);
    const again = await open(root);
    expect([again.version(), again.position('g/t/0'), again.position('g/t/1')]).toEqual([1, 20, undefined]);
    expect(await activeFiles(folderStore(root))).toEqual(new Set(['a', 'b']));
  });

  test('a table drops files that another writer removed', async () => {
    const root = scratch();
    await (await open(root)).commit([file('a b'), file('c')], new Map(), 0);
    await folderStore(root).putIfAbsent(entryPath(1), [Buffer.from('{"remove":{"path":"a%20b"}}\n')]);
    expect(await activeFiles(folderStore(root))).toEqual(new Set(['c']));
  });
});

describe('two committers', () => {
  test('concurrent committers leave a log without gaps, with each commit once', async () => {
    const root = scratch();
    const work = async (appId: string) => {
      const table = await open(root);
      for (let i = 0; i < 60; i++)
        await table.commit([file(`${appId}-${i}`)], move(appId, i === 0 ? undefined : i, i + 1), 0);
    };
    await Promise.all(['a', 'b', 'c'].map(work));
    const log = await entries(folderStore(root));
    expect(log).toHaveLength(180);
    expect(log.flat().filter(({ metaData }) => metaData)).toHaveLength(1);
    const added = log.flat().flatMap(({ add }) => (add ? [add.path] : []));
    expect(new Set(added).size).toBe(180);
    for (const appId of ['a', 'b', 'c']) {
      const versions = log.flat().flatMap(({ txn }) => (txn?.appId === appId ? [txn.version] : []));
      expect(versions).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    }
  });

  test('of two owners of one position the second is fenced, and its files are not in the table', async () => {
    const root = scratch();
    const [owner, zombie] = [await open(root), await open(root)];
    await owner.commit([file('a')], move('g/t/0', undefined, 10), 0);
    const attempt = zombie.commit([file('b')], move('g/t/0', undefined, 7), 0);
    await expect(attempt).rejects.toMatchObject({
      code: 'fenced',
      message: expect.stringContaining('g/t/0'),
    });
    expect(await files(folderStore(root))).toEqual(['a']);
  });

  test('a zombie is fenced even when its own commit was not the next one after', async () => {
    const root = scratch();
    const [owner, zombie, other] = [await open(root), await open(root), await open(root)];
    await owner.commit([], move('g/t/0', undefined, 10), 0);
    for (let i = 0; i < 5; i++) await other.commit([], move('other', i === 0 ? undefined : i, i + 1), 0);
    await expect(zombie.commit([], move('g/t/0', undefined, 10), 0)).rejects.toMatchObject({
      code: 'fenced',
    });
    await expect(zombie.refresh(move('g/t/0', undefined, 10))).rejects.toMatchObject({ code: 'fenced' });
    expect(zombie.version()).toBe(5);
  });
});

describe('a table that is not ours to write', () => {
  const attempt = async (prepare: (root: string, log: (name: string, text: string) => void) => void) => {
    const root = scratch();
    mkdirSync(join(root, LOG_FOLDER));
    prepare(root, (name, text) => writeFileSync(join(root, LOG_FOLDER, name), text));
    return open(root);
  };
  const entry = (version: number) => entryPath(version).slice(LOG_FOLDER.length + 1);
  const metaData = (partitionColumns: readonly string[], names: readonly string[]) => {
    const fields = names.map((name) => ({ name, type: 'string', nullable: true, metadata: {} }));
    return `${JSON.stringify({ metaData: { schemaString: JSON.stringify({ type: 'struct', fields }), partitionColumns } })}\n`;
  };

  test.each<[string, (root: string, log: (name: string, text: string) => void) => void, RegExp]>([
    [
      'starts at a checkpoint',
      (_, log) => log(entry(10), '{}'),
      /neither starts at version 0 nor has a whole checkpoint/,
    ],
    [
      'has a checkpoint alone',
      (_, log) => log('00000000000000000010.checkpoint.parquet', ''),
      /has a checkpoint that cannot be read: 0{18}10.checkpoint.parquet/,
    ],
    [
      'has a gap',
      (_, log) => {
        log(entry(0), '{}');
        log(entry(2), '{}');
      },
      /gap/,
    ],
    ['holds an entry cut short', (_, log) => log(entry(0), '{"add":'), /not JSON: _delta_log\/0{20}\.json/],
    [
      'needs a newer protocol',
      (_, log) => log(entry(0), '{"protocol":{"minReaderVersion":4,"minWriterVersion":8}}'),
      /needs Delta protocol 4\/8/,
    ],
    [
      'has other folders',
      (_, log) => log(entry(0), metaData(['coin'], [])),
      /partitioned by coin, not by coin,date/,
    ],
    [
      'has a column of ours in other letters, which Delta takes for the same',
      (_, log) => log(entry(0), metaData(['coin', 'date'], ['coin', 'Price'])),
      /has the column Price where we have price/,
    ],
    [
      'needs a feature that we do not know',
      (_, log) =>
        log(
          entry(0),
          '{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["appendOnly","deletionVectors"]}}',
        ),
      /table feature deletionVectors \(Delta protocol 3\/7\)/,
    ],
  ])('%s', async (_, prepare, message) => {
    await expect(attempt(prepare)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/./),
    });
  });

  test('a table may have additional columns', async () => {
    const root = scratch();
    const more = {
      ...DATASETS.prices,
      columns: [...DATASETS.prices.columns, { name: 'x', type: 'json', help: '' }],
    } as const;
    await (await openTable(folderStore(root), tableSchema(more), around)).commit([], new Map(), 0);
    await expect(open(root)).resolves.toBeDefined();
  });

  test('an entry that disappears does not block a commit forever', async () => {
    const root = scratch();
    const store = folderStore(root);
    const table = await openTable({ ...store, putIfAbsent: async () => false }, schema, around);
    await expect(table.commit([], new Map(), 0)).rejects.toMatchObject({ code: 'damaged' });
    rmSync(root, { recursive: true });
  });
});
