import { copyFileSync, existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openLake } from '../../../../src/sinks/lake/lake.ts';
import { purgeLake } from '../../../../src/sinks/lake/purge/purge.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import { removeLeftovers } from '../../../../src/sinks/lake/store/leftovers.ts';
import type { TableStore } from '../../../../src/sinks/lake/store/store.ts';
import { unfinishedName } from '../../../../src/sinks/lake/store/unfinished.ts';
import { thisWriter } from '../../../../src/sinks/lake/store/writer-id.ts';
import { batchOf, fakeContext, LAKE } from '../../fakes.ts';
import { rows } from '../reading.ts';
import { scratch } from '../scratch.ts';

const topic = 'tweets-processed';
const UUID = '0d8f9a3e-1a2b-4c3d-8e4f-0123456789ab';
const post = (id: string) => ({ id, created_at: '2026-03-02T12:00:00.000Z', tag: 'btc', text: `post ${id}` });
/** A process of this machine that has ended: its number is past the highest that Linux gives. */
const ofKilled = `.cryptopipe-${thisWriter().split('.')[0]}.4194305.1-${UUID}.tmp`;
const ofRunning = unfinishedName();
const AT = fakeContext().time;

/** A table of two posts with whole copies of its file under these names: what a kill just before a rename leaves. */
async function lakeWith(names: readonly string[], table: 'delta' | 'plain' = 'delta') {
  const root = scratch();
  const sink = await openLake(folderStore(root), { ...LAKE, table }, fakeContext(topic));
  await sink.start(0);
  await sink.write(batchOf([post('1'), post('2')], { topic }));
  await sink.flush(AT);
  const file = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((name) =>
    /^tag.*\.parquet$/.test(name),
  )!;
  for (const name of names) {
    copyFileSync(join(root, file), join(root, name));
    utimesSync(join(root, name), AT / 1000, AT / 1000);
  }
  const unfinished = () =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((name) => basename(name))
      .filter((name) => name.endsWith('.tmp'));
  return { root, file, store: folderStore(root), unfinished };
}

async function purge(store: TableStore, table: 'delta' | 'plain', dryRun = false) {
  const [info, warn] = [vi.fn<(line: string) => void>(), vi.fn<(line: string) => void>()];
  const context = { ...fakeContext(topic), info, warn, dryRun };
  const done = await purgeLake(store, table, { ids: new Set(['1']), authors: new Set() }, context);
  return {
    done,
    infos: info.mock.calls.map(([line]) => line),
    warnings: warn.mock.calls.map(([line]) => line),
  };
}

test('a sink deletes leftovers of killed processes at its start, and nothing of running ones', async () => {
  const { store, unfinished } = await lakeWith([ofKilled, ofRunning]);
  await openLake(store, LAKE, fakeContext(topic));
  expect(unfinished()).toEqual([ofRunning]);
  expect(await rows(store, 'id', 'id')).toHaveLength(2);
});

test('a sink warns about a leftover that it cannot delete', async () => {
  const { root, store } = await lakeWith([ofKilled]);
  const warn = vi.fn();
  const stuck: TableStore = {
    ...store,
    unfinished: async () => [{ name: ofKilled, isAbandoned: true, remove: () => store.remove('tag=btc') }],
  };
  await removeLeftovers(stuck, { ...fakeContext(topic), warn });
  expect(warn).toHaveBeenCalledWith(expect.stringContaining(join(root, 'tag=btc')));
});

describe.each(['delta', 'plain'] as const)('a purge of a lake with --table %s', (table) => {
  test('a purge deletes the leftovers of a killed process', async () => {
    const { store, unfinished } = await lakeWith([ofKilled], table);
    const { done, infos, warnings } = await purge(store, table);
    expect(done).toEqual({ rows: 1, files: 1 });
    expect(unfinished()).toEqual([]);
    expect([infos.filter((line) => line.includes(ofKilled)), warnings]).toEqual([[expect.any(String)], []]);
  });

  test('a purge reports and keeps an unfinished file whose writer may run', async () => {
    const old = `.tweets-processed-0-0-1.parquet.${UUID}.tmp`;
    const { store, unfinished, root } = await lakeWith([ofRunning, old, '.part.tmp'], table);
    const { warnings } = await purge(store, table);
    expect(unfinished()).toHaveLength(3);
    for (const name of [ofRunning, old, '.part.tmp'])
      expect(warnings).toContainEqual(expect.stringContaining(join(root, name)));
  });

  test('a purge deletes an unfinished file of an older version after a day', async () => {
    const { root, file, store, unfinished } = await lakeWith([], table);
    const old = join(root, file, '..', `.${basename(file)}.${UUID}.tmp`);
    copyFileSync(join(root, file), old);
    utimesSync(old, AT / 1000 - 90_000, AT / 1000 - 90_000);
    await purge(store, table);
    expect([unfinished(), existsSync(old)]).toEqual([[], false]);
  });

  test('a dry run deletes no leftovers', async () => {
    const { store, unfinished } = await lakeWith([ofKilled], table);
    const { infos } = await purge(store, table, true);
    expect(unfinished()).toEqual([ofKilled]);
    expect(infos).toEqual([expect.stringContaining(`would delete ${store.url}/${ofKilled}`)]);
  });
});

test('a purge deletes leftovers of a sink killed before its first commit', async () => {
  const root = scratch();
  writeFileSync(join(root, ofKilled), 'PAR1');
  await expect(purge(folderStore(root), 'delta')).rejects.toMatchObject({ code: 'usage' });
  expect(readdirSync(root)).toEqual([]);
});
