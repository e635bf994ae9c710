import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/core/errors.ts';
import { entryPath } from '../../../../src/sinks/lake/delta/actions.ts';
import { verify } from '../../../../src/sinks/lake/delta/verify.ts';
import { openLake } from '../../../../src/sinks/lake/lake.ts';
import { purgeLake } from '../../../../src/sinks/lake/purge/purge.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import type { TableStore } from '../../../../src/sinks/lake/store/store.ts';
import type { Selection } from '../../../../src/sinks/sink.ts';
import { batchOf, fakeContext, LAKE } from '../../fakes.ts';
import { foreignTable } from '../foreign.ts';
import { entries, query, rows } from '../reading.ts';
import { scratch } from '../scratch.ts';

const topic = 'tweets-processed';
const post = (i: number) => ({
  id: String(1_790_000_000_000_000_000n + BigInt(i)),
  created_at: new Date(Date.UTC(2026, 2, 2, 12) + i * 1000).toISOString(),
  tag: i % 2 === 0 ? 'btc' : 'eth',
  author_id: String(i % 5),
  username: `User${i % 5}`,
  text: i === 3 ? null : `to the 🌕 ${i}`,
  hashtags: i % 3 === 0 ? ['btc', '🚀'] : undefined,
  followers_count: 9_007_199_254_740_991 - i,
  verified: i % 2 === 0,
  sentiment_score: i / 7,
});
const all = Array.from({ length: 20 }, (_, i) => post(i));

async function table(store: TableStore): Promise<void> {
  const context = fakeContext(topic);
  const sink = await openLake(store, LAKE, context);
  await sink.start(0);
  for (const first of [0, 10]) {
    await sink.write(batchOf(all.slice(first, first + 10), { first, topic }));
    await sink.flush(0);
  }
}

const selection = (ids: readonly string[], authors: readonly string[] = []): Selection => ({
  ids: new Set(ids),
  authors: new Set(authors),
});
const purge = (store: TableStore, ...what: Parameters<typeof selection>) =>
  purgeLake(store, 'delta', selection(...what), { ...fakeContext(topic), dryRun: false });
const dataFiles = async (store: TableStore) => {
  const found: string[] = [];
  for await (const { name } of store.walk()) if (name.endsWith('.parquet')) found.push(name);
  return found;
};
const read = async (store: TableStore) =>
  rows(store, 'id, text, hashtags, followers_count, verified, sentiment_score, created_at, tag, date', 'id');

describe('a purge', () => {
  test('a purge removes the posts, keeps every value of the other rows, and deletes the old files', async () => {
    const store = folderStore(scratch());
    await table(store);
    const before = await read(store);
    expect(await purge(store, [post(3).id, post(4).id, '1'])).toEqual({ rows: 2, files: 2 });
    expect(await read(store)).toEqual(before.filter((_, i) => i !== 3 && i !== 4));
    expect(await verify(store)).toMatchObject({ version: 2, files: 4, missing: [], orphans: [] });
    expect(await dataFiles(store)).toHaveLength(4);
  });

  test('a dry run counts the same and changes nothing', async () => {
    const store = folderStore(scratch());
    await table(store);
    const dry = { ...fakeContext(topic), dryRun: true };
    expect(await purgeLake(store, 'delta', selection([post(3).id, post(4).id, '1']), dry)).toEqual({
      rows: 2,
      files: 2,
    });
    expect(await entries(store)).toHaveLength(2);
    expect(await rows(store, 'id', 'id')).toHaveLength(20);
  });

  test('a purge of an author matches the whole id or handle', async () => {
    const store = folderStore(scratch());
    await table(store);
    expect(await purge(store, [], ['user4', '3', 'ser1'])).toMatchObject({ rows: 8 });
    expect((await rows(store, 'author_id', 'id')).map((row) => row.author_id)).not.toContain('4');
    expect(await rows(store, 'id', 'id')).toHaveLength(12);
  });

  test('a purge of unknown posts changes nothing', async () => {
    const store = folderStore(scratch());
    await table(store);
    expect(await purge(store, ['1', post(4).id.slice(1)], ['user9'])).toEqual({ rows: 0, files: 0 });
    expect(await entries(store)).toHaveLength(2);
  });

  test('a purge of all rows of a file leaves no replacement, and the position stays', async () => {
    const store = folderStore(scratch());
    await table(store);
    expect(
      await purge(
        store,
        all.map(({ id }) => id),
      ),
    ).toEqual({ rows: 20, files: 4 });
    expect(await verify(store)).toMatchObject({ files: 0, orphans: [] });
    const sink = await openLake(store, LAKE, fakeContext(topic));
    expect(await sink.start(0)).toBe(20);
  });

  test('a purge continues when others write meanwhile, and restarts when they removed one of its files', async () => {
    const root = scratch();
    const store = folderStore(root);
    await table(store);
    let meanwhile = 0;
    const busy: TableStore = {
      ...store,
      async putIfAbsent(path, chunks) {
        if (path === entryPath(2) && meanwhile++ === 0) {
          const added = (await entries(store))[1]!.flatMap(({ add }) => (add ? [add] : []));
          const actions = [];
          for (const add of added) {
            const moved = add.path.replace(/[^/]+$/, 'moved.parquet');
            await store.put(moved, [(await store.get(add.path))!]);
            actions.push({ remove: { path: add.path, dataChange: false } }, { add: { ...add, path: moved } });
          }
          await store.putIfAbsent(path, [Buffer.from(actions.map((one) => JSON.stringify(one)).join('\n'))]);
        }
        return store.putIfAbsent(path, chunks);
      },
    };
    // Of the table, and of the file that was taken away.
    expect(await purge(busy, [post(12).id])).toEqual({ rows: 2, files: 2 });
    expect(await rows(store, 'id', 'id')).toHaveLength(19);
    expect((await verify(store)).orphans).toEqual([]);
  });

  test('a purge of an append-only table is refused', async () => {
    const store = folderStore(scratch());
    await table(store);
    const text = String(await store.get(entryPath(0)));
    await store.put(entryPath(0), [
      Buffer.from(text.replace('"configuration":{}', '"configuration":{"delta.appendOnly":"true"}')),
    ]);
    await expect(purge(store, [post(1).id])).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('appendOnly'),
    });
  });

  test('a purge without a table, or with the wrong kind of table, is refused', async () => {
    const store = folderStore(scratch());
    const refused = { code: 'usage', message: expect.stringContaining(store.url) };
    await expect(purge(store, ['1'])).rejects.toMatchObject(refused);
    const plain = purgeLake(store, 'plain', selection(['1']), { ...fakeContext(topic), dryRun: false });
    await expect(plain).rejects.toMatchObject(refused);
    await table(store);
    const wrong = purgeLake(store, 'plain', selection(['1']), { ...fakeContext(topic), dryRun: false });
    await expect(wrong).rejects.toMatchObject(refused);
  });

  test('a purge keeps the statistics of the remaining rows, so that filters of any engine find them', async () => {
    const store = folderStore(scratch());
    await table(store);
    await purge(store, [post(0).id, post(8).id]);
    const [added] = (await entries(store))[2]!.flatMap(({ add }) => (add ? [add] : []));
    const stats = JSON.parse(added!.stats!);
    expect(stats).toMatchObject({
      numRecords: 3,
      minValues: { id: post(2).id, created_at: '2026-03-02T12:00:02.000Z', sentiment_score: 2 / 7 },
      maxValues: { id: post(6).id, created_at: '2026-03-02T12:00:06.000Z', sentiment_score: 6 / 7 },
      nullCount: { id: 0, text: 0, lang: 3 },
    });
  });
});

describe('files that are no longer in the table', () => {
  const forbidden = (store: TableStore): TableStore => ({
    ...store,
    remove: () => Promise.reject(new UserError('unavailable', 'DELETE is not allowed', 'Give the right.')),
  });

  test('files that one purge could not delete are deleted by the next', async () => {
    const store = folderStore(scratch());
    await table(store);
    await expect(purge(forbidden(store), [post(3).id])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('DELETE is not allowed'),
    });
    expect(await dataFiles(store)).toHaveLength(5);
    expect(await purge(store, [post(4).id])).toEqual({ rows: 1, files: 1 });
    const dry = { ...fakeContext(topic), dryRun: true };
    expect(await purgeLake(store, 'delta', selection([post(3).id]), dry)).toEqual({ rows: 1, files: 1 });
    expect(await purge(store, [post(3).id])).toEqual({ rows: 1, files: 1 });
    expect(await dataFiles(store)).toHaveLength(4);
    expect(await purge(store, [post(3).id])).toEqual({ rows: 0, files: 0 });
  });

  test('files that another engine removed from the table are purged and reported as well', async () => {
    const store = folderStore(scratch());
    await table(store);
    const all = (await entries(store))
      .slice(0, 2)
      .flat()
      .flatMap(({ add }) => (add ? [add] : []));
    const removes = all.map(({ path }) => JSON.stringify({ remove: { path, dataChange: false } }));
    await store.putIfAbsent(entryPath(2), [Buffer.from(removes.join('\n'))]);
    const logged: string[] = [];
    const context = {
      ...fakeContext(topic, { info: (message) => void logged.push(message) }),
      dryRun: false,
    };
    expect(await purgeLake(store, 'delta', selection([post(3).id]), context)).toEqual({ rows: 1, files: 1 });
    expect(logged).toEqual([expect.stringMatching(/deleted .*-0-.*\.parquet/)]);
    expect(await dataFiles(store)).toHaveLength(3);
  });

  test('files that a sink may still commit stay with a warning, and are deleted after a week', async () => {
    const root = scratch();
    const store = folderStore(root);
    const context = fakeContext(topic);
    const sink = await openLake(store, { ...LAKE, rows: 5 }, context);
    await table(store);
    await sink.start(1);
    await sink.write(batchOf(all.slice(0, 10), { first: 0, topic, partition: 1 }));
    const before = await dataFiles(store);
    const logged: string[] = [];
    const warned = { ...fakeContext(topic, { warn: (message) => void logged.push(message) }), dryRun: false };
    const away = () => purgeLake(store, 'delta', selection([post(3).id]), warned);
    expect(await away()).toEqual({ rows: 1, files: 1 });
    expect(logged).toEqual([expect.stringContaining('purge again after its next commit')]);
    expect(await dataFiles(store)).toHaveLength(before.length);
    for (const name of before.filter((path) => path.includes('processed-1-')))
      await utimes(join(root, name), 1, warned.time / 1000 - 8 * 86_400);
    expect(await away()).toEqual({ rows: 1, files: 1 });
    expect(await dataFiles(store)).toHaveLength(before.length - 1);
  });

  test('uncommitted files of a Delta sink also stay under --table plain', async () => {
    const store = folderStore(scratch());
    const context = fakeContext(topic);
    const sink = await openLake(store, { ...LAKE, rows: 5 }, context);
    await sink.start(0);
    await sink.write(batchOf(all.slice(0, 10), { topic }));
    await expect(purge(store, [post(3).id])).rejects.toMatchObject({
      hint: expect.stringContaining('purge again after'),
    });
    const logged: string[] = [];
    const warned = { ...fakeContext(topic, { warn: (message) => void logged.push(message) }), dryRun: false };
    const plain = purgeLake(store, 'plain', selection([post(3).id]), warned);
    expect(await plain).toEqual({ rows: 0, files: 0 });
    expect(logged).toEqual([expect.stringContaining('purge again after its next commit')]);
    await sink.flush(0);
    expect(await read(store)).toHaveLength(10);
    expect(await purge(store, [post(3).id])).toEqual({ rows: 1, files: 1 });
  });
});

describe('a table of another engine', () => {
  const SQL = `select * from (values
    ('1', timestamp '2026-03-02 10:00:00.123456', 'nan'::double, [NULL, 'a'], 1152921504606846976, 'x'::blob),
    ('2', timestamp '2026-03-02 10:00:00.654321', 'inf'::double, NULL, 9223372036854775807, NULL),
    ('3', timestamp '2026-03-02 10:00:00.999999', NULL, ['b', NULL], NULL, 'z'::blob)
  ) as t(id, created_at, sentiment_score, tags, followers_count, vendor)`;
  const FIELDS = {
    id: 'string',
    created_at: 'timestamp',
    sentiment_score: 'double',
    tags: { type: 'array', elementType: 'string', containsNull: true },
    followers_count: 'long',
    vendor: 'binary',
  };

  test('a purge keeps all values of other rows: microseconds, NaN, nulls in lists, long numbers, unknown types', async () => {
    const store = folderStore(scratch());
    await foreignTable(store, SQL, FIELDS, 'zstd');
    const before = await rows(store, '*', 'id');
    expect(await purge(store, ['2'])).toEqual({ rows: 1, files: 1 });
    expect(await rows(store, '*', 'id')).toEqual(before.filter(({ id }) => id !== '2'));
    const [added] = (await entries(store))
      .flat()
      .flatMap(({ add }) => (add ? [add] : []))
      .slice(-1);
    expect(JSON.parse(added!.stats!)).toEqual({
      numRecords: 2,
      minValues: { id: '1', created_at: '2026-03-02T10:00:00.123Z' },
      maxValues: { id: '3', created_at: '2026-03-02T10:00:01.000Z' },
      nullCount: { id: 0, created_at: 0, sentiment_score: 1, followers_count: 1 },
    });
  });

  test('a table with a damaged file is purged except for that file, which the error names', async () => {
    const store = folderStore(scratch());
    await table(store);
    const [first = ''] = await dataFiles(store);
    await store.put(first, [Buffer.from('PAR1 but no more')]);
    const ids = all.map(({ id }) => id);
    await expect(purge(store, ids)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining(first),
      hint: expect.stringContaining('purge again'),
    });
    expect(await dataFiles(store)).toEqual([first]);
  });
});

describe('a lake without a log', () => {
  test.each(['parquet', 'jsonl.gz'] as const)('a plain lake of %s is purged file by file', async (format) => {
    const store = folderStore(scratch());
    const sink = await openLake(store, { ...LAKE, table: 'plain', format }, fakeContext(topic));
    await sink.start(0);
    await sink.write(batchOf(all, { topic }));
    await sink.flush(0);
    const names: string[] = [];
    for await (const { name } of store.walk()) names.push(`'${join(store.url, name)}'`);
    const reader = format === 'parquet' ? 'read_parquet' : 'read_json_auto';
    const there = () =>
      query(`select id, text, tag from ${reader}([${names}], hive_partitioning = true) order by id`);
    const before = await there();
    expect(before).toHaveLength(20);
    const context = { ...fakeContext(topic), dryRun: false };
    const dry = await purgeLake(store, 'plain', selection([post(3).id], ['user4']), {
      ...context,
      dryRun: true,
    });
    expect([dry, await there()]).toEqual([{ rows: 5, files: 2 }, before]);
    expect(await purgeLake(store, 'plain', selection([post(3).id], ['user4']), context)).toEqual(dry);
    const isDeleted = (i: number) => i === 3 || i % 5 === 4;
    expect(await there()).toEqual(before.filter((_, i) => !isDeleted(i)));
    expect(await purgeLake(store, 'plain', selection(all.map(({ id }) => id)), context)).toMatchObject({
      rows: 15,
    });
    const left: string[] = [];
    for await (const { name } of store.walk()) left.push(name);
    expect(left).toEqual([]);
  });
});
