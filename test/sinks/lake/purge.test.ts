import { describe, expect, test } from 'vitest';
import { entryPath } from '../../../src/sinks/lake/delta.ts';
import { folderStore } from '../../../src/sinks/lake/folder-store.ts';
import { openLake } from '../../../src/sinks/lake/lake.ts';
import { purgeTable } from '../../../src/sinks/lake/purge.ts';
import type { Store } from '../../../src/sinks/lake/store.ts';
import { verify } from '../../../src/sinks/lake/verify.ts';
import type { Selection } from '../../../src/sinks/sink.ts';
import { batchOf, LAKE, surroundings } from '../fakes.ts';
import { entries, rows } from './reading.ts';
import { scratch } from './scratch.ts';

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

async function table(store: Store): Promise<void> {
  const context = surroundings(topic);
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
const purge = (store: Store, ...what: Parameters<typeof selection>) =>
  purgeTable(store, selection(...what), { ...surroundings(topic), dryRun: false });
const read = async (store: Store) =>
  rows(store, 'id, text, hashtags, followers_count, verified, sentiment_score, created_at, tag, date', 'id');

describe('a purge', () => {
  test('takes the posts out, keeps all else of the other rows, and the files with the posts are gone', async () => {
    const store = folderStore(scratch());
    await table(store);
    const before = await read(store);
    expect(await purge(store, [post(3).id, post(4).id, '1'])).toEqual({ rows: 2, files: 2 });
    expect(await read(store)).toEqual(before.filter((_, i) => i !== 3 && i !== 4));
    expect(await verify(store)).toMatchObject({ version: 2, files: 4, missing: [], orphans: [] });
    const walked: string[] = [];
    for await (const { name } of store.walk()) if (name.endsWith('.parquet')) walked.push(name);
    expect(walked).toHaveLength(4);
  });

  test('that is only tried counts the same, and changes nothing', async () => {
    const store = folderStore(scratch());
    await table(store);
    const dry = { ...surroundings(topic), dryRun: true };
    expect(await purgeTable(store, selection([post(3).id, post(4).id, '1']), dry)).toEqual({
      rows: 2,
      files: 2,
    });
    expect(await entries(store)).toHaveLength(2);
    expect(await rows(store, 'id', 'id')).toHaveLength(20);
  });

  test('of an author goes by id or handle, and by no part of these', async () => {
    const store = folderStore(scratch());
    await table(store);
    expect(await purge(store, [], ['user4', '3', 'ser1'])).toMatchObject({ rows: 8 });
    expect((await rows(store, 'author_id', 'id')).map((row) => row.author_id)).not.toContain('4');
    expect(await rows(store, 'id', 'id')).toHaveLength(12);
  });

  test('of what is not there changes nothing', async () => {
    const store = folderStore(scratch());
    expect(await purge(store, ['1'])).toEqual({ rows: 0, files: 0 });
    await table(store);
    expect(await purge(store, ['1', post(4).id.slice(1)], ['user9'])).toEqual({ rows: 0, files: 0 });
    expect(await entries(store)).toHaveLength(2);
  });

  test('of all rows of a file leaves no file in its place, and the position stays', async () => {
    const store = folderStore(scratch());
    await table(store);
    expect(
      await purge(
        store,
        all.map(({ id }) => id),
      ),
    ).toEqual({ rows: 20, files: 4 });
    expect(await verify(store)).toMatchObject({ files: 0, orphans: [] });
    const sink = await openLake(store, LAKE, surroundings(topic));
    expect(await sink.start(0)).toBe(20);
  });

  test('goes on when others write meanwhile, and begins again when they took a file of it away', async () => {
    const root = scratch();
    const store = folderStore(root);
    await table(store);
    let meanwhile = 0;
    const busy: Store = {
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
    expect(await purge(busy, [post(12).id])).toEqual({ rows: 1, files: 1 });
    expect(await rows(store, 'id', 'id')).toHaveLength(19);
    expect((await verify(store)).orphans).toEqual([]);
  });

  test('of a table that may only grow is refused', async () => {
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
});
