import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openLocalLog } from '../../../../src/log/local/open.ts';
import { compact, expire } from '../../../../src/log/local/retention.ts';
import { LmdbTable } from '../../../../src/log/local/storage/rows.ts';
import { closeStore, type LogStore, openStore, transact } from '../../../../src/log/local/storage/store.ts';
import type { Log, Task } from '../../../../src/log/log.ts';
import { handClock } from '../../../hand-clock.ts';
import { scratch } from '../../../sinks/lake/scratch.ts';
import { record } from '../../contract.ts';

let dir: string;
let clock: ReturnType<typeof handClock>;
let log: Log;
let store: LogStore;

beforeEach(async () => {
  dir = scratch();
  clock = handClock();
  log = await openLocalLog(dir, clock);
  store = openStore(dir);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await closeStore(store);
  await log.close();
});

const one = () => log.createTopic('t', settings);
const settings = { partitions: 1, retentionMs: undefined, compacted: false };
const posts = (count: number) => Array.from({ length: count }, (_, i) => record('t', `${i}`, { i }));

async function joined(name = 'g'): Promise<{ task: Task; leave: () => Promise<void> }> {
  const tasks: Task[] = [];
  const membership = await log.join({
    group: name,
    inputs: ['t'],
    exclusive: true,
    assigned: (task) => void tasks.push(task),
  });
  const leave = async () => {
    const left = membership.leave();
    await tasks[0]!.release();
    await left;
  };
  return { task: tasks[0]!, leave };
}

async function records(topic: string): Promise<{ key: string | null; timestamp: number }[]> {
  const found = [];
  for await (const batch of log.read(topic, 0, 0)) found.push(...batch.records);
  return found;
}

describe('a write that throws after others in one transaction', () => {
  const rows = () =>
    JSON.stringify(
      [
        store.meta,
        store.topics,
        store.heads,
        store.batches,
        store.offsets,
        store.state,
        store.members,
        store.leases,
        store.sourcePositions,
      ].map((table) => [...(table as LmdbTable<unknown, string>).getRange()]),
    );
  const commit = {
    outputs: [record('new', 'a', {}), record('t', 'b', {})],
    offsets: new Map([['t', 1]]),
    state: [
      ['k', 'v'],
      ['gone', null],
    ] as const,
  };
  const steps: Record<string, (task: Task) => Promise<unknown>> = {
    append: () =>
      log.append([...posts(3), record('new', 'a', {})], { name: 'm', value: '1', previous: undefined }),
    commit: (task) => task.commit(commit),
    createTopic: () => log.createTopic('other', { ...settings, partitions: 3 }),
    updateTopic: () => log.updateTopic('t', { ...settings, compacted: true }),
    deleteTopic: () => log.deleteTopic('t'),
    resetGroup: () => log.resetGroup('old', 't', [1]),
    join: () => log.join({ group: 'another', inputs: ['t'], exclusive: false, assigned: () => {} }),
    release: (task) => task.release(),
    expire: () => expire(store, clock.now() + 10_000),
    compact: () => compact(store, clock.now()),
  };

  test.each(Object.keys(steps))(
    'a failed transaction leaves nothing of %s, whichever write fails',
    async (name) => {
      await log.createTopic('t', { ...settings, compacted: true, retentionMs: 1000 });
      await log.append([...posts(2), ...posts(2)]);
      const { task } = await joined();
      const { put, remove } = LmdbTable.prototype;
      for (let failing = 1; ; failing++) {
        const before = rows();
        let writes = 0;
        const failAt = <A extends unknown[]>(write: (...args: A) => void) =>
          function (this: unknown, ...args: A): void {
            writes += 1;
            if (writes === failing) throw new Error('no such write');
            write.apply(this, args);
          };
        vi.spyOn(LmdbTable.prototype, 'put').mockImplementation(failAt(put));
        vi.spyOn(LmdbTable.prototype, 'remove').mockImplementation(failAt(remove));
        const ended = await steps[name]!(task).then(
          () => 'done',
          (error: Error) => error.message,
        );
        vi.restoreAllMocks();
        if (ended === 'done') break;
        expect(ended).toBe('no such write');
        // What goes before in a transaction of its own stands.
        if (name === 'join' || name === 'deleteTopic' || name === 'compact' || name === 'expire') continue;
        expect(rows()).toBe(before);
      }
      expect((await records('t')).length).toBeLessThanOrEqual(7);
    },
  );

  test('a write with a key that lmdb rejects leaves nothing', async () => {
    await one();
    const before = rows();
    const long = { name: 'x'.repeat(5000), value: '1', previous: undefined };
    const group = () => log.resetGroup('g'.repeat(3000), 't', [0]);
    await log.append(posts(1), long);
    await expect(log.append(posts(1), long)).rejects.toMatchObject({ code: 'locked' });
    expect(await log.sourcePosition(long.name)).toBe('1');
    await expect(group()).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('too long'),
    });
    expect(await records('t')).toHaveLength(1);
    expect(rows()).not.toBe(before);
  });

  test('a long state key is hashed and read back in full', async () => {
    await log.createTopic('t', settings);
    const { task, leave } = await joined();
    const [a, b] = ['é'.repeat(1500), `${'é'.repeat(1500)}:`];
    await task.commit({
      outputs: [],
      offsets: new Map(),
      state: [
        [a, '1'],
        [b, '2'],
        ['nul\0b', '4'],
        ['nul\0c', '5'],
        ['c', '3'],
      ],
    });
    await task.commit({
      outputs: [],
      offsets: new Map(),
      state: [
        [b, null],
        ['nul\0c', null],
      ],
    });
    expect(await task.state()).toEqual(
      new Map([
        [a, '1'],
        ['c', '3'],
        ['nul\0b', '4'],
      ]),
    );
    await leave();
  });
});

describe('a bus folder that is removed or replaced under a running process', () => {
  const folderError = { code: 'failed', message: expect.stringContaining('removed or replaced') };

  test('an append and a commit fail when the folder is removed', async () => {
    await one();
    await log.append(posts(1));
    const { task } = await joined();
    rmSync(dir, { recursive: true });
    await expect(log.append(posts(1))).rejects.toMatchObject(folderError);
    await expect(task.commit({ outputs: [], offsets: new Map(), state: [] })).rejects.toMatchObject(
      folderError,
    );
    mkdirSync(dir);
  });

  test('a group fails within a second, also if the folder is replaced by a copy', async () => {
    await one();
    await log.append(posts(1));
    const membership = await log.join({ group: 'g', inputs: ['t'], exclusive: true, assigned: () => {} });
    const failed = expect(membership.failed).rejects.toMatchObject(folderError);
    cpSync(dir, `${dir}-copy`, { recursive: true });
    renameSync(dir, `${dir}-old`);
    renameSync(`${dir}-copy`, dir);
    await clock.turn(1000);
    await failed;
  });

  test('a removed folder is not mistaken for a new one in its place', async () => {
    await one();
    await log.append(posts(3));
    rmSync(dir, { recursive: true });
    const anew = await openLocalLog(dir, clock);
    await anew.createTopic('t', settings);
    await anew.append(posts(1));
    expect((await anew.topics()).map(({ name }) => name)).toEqual(['t']);
    expect((await anew.describe('t'))!.partitionInfos[0]!.records).toBe(1);
    await anew.close();
  });

  test('a following reader fails when the folder is removed', async () => {
    await one();
    await log.append(posts(1));
    const following = (async () => {
      for await (const batch of log.read('t', 0, 0, new AbortController().signal)) {
        expect(batch.records).toHaveLength(1);
        rmSync(dir, { recursive: true });
      }
    })();
    await expect(following).rejects.toMatchObject(folderError);
    mkdirSync(dir);
  });
});

test('append times never go back when the clock does, and offsets are found by them', async () => {
  await one();
  const start = clock.now();
  let now = start;
  vi.spyOn(clock, 'now').mockImplementation(() => now);
  await log.append(posts(1));
  now = start - 3_600_000;
  await log.append(posts(2));
  now = start + 5;
  await log.append(posts(1));
  expect((await records('t')).map(({ timestamp }) => timestamp - start)).toEqual([0, 0, 0, 5]);
  expect(await log.offsetAt('t', 0, start + 1)).toBe(3);
  expect((await log.describe('t'))!.partitionInfos[0]).toMatchObject({
    firstTime: start,
    lastTime: start + 5,
  });
});

test('a row can be written only within a transaction', async () => {
  expect(() => store.sourcePositions.put('m', '1')).toThrow('outside of a transaction');
  await transact(store, () => store.sourcePositions.put('m', '1'));
  expect(store.sourcePositions.get('m')).toBe('1');
});
