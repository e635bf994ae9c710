import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/core/errors.ts';
import type { Batch } from '../../../../src/core/stream/record.ts';
import { entryPath } from '../../../../src/sinks/lake/delta/actions.ts';
import { verify } from '../../../../src/sinks/lake/delta/verify.ts';
import { type LakeSettings, openLake } from '../../../../src/sinks/lake/lake.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import type { TableStore } from '../../../../src/sinks/lake/store/store.ts';
import type { SinkHost } from '../../../../src/sinks/sink.ts';
import { fakeContext, HOST, LAKE } from '../../fakes.ts';
import { foreignTable } from '../foreign.ts';
import { entries, query, rows } from '../reading.ts';
import { scratch } from '../scratch.ts';

const topic = 'tweets-processed';

/** `7` is a post with that id, `-7` its tombstone. */
function batch(steps: readonly number[], first = 0, partition = 0): Batch {
  const records = steps.map((step, i) => {
    const id = String(1000 + Math.abs(step));
    const post = {
      id,
      tag: step % 2 === 0 ? 'btc' : 'eth',
      created_at: '2026-03-02T12:00:00.000Z',
      text: 'x',
    };
    const value = step < 0 ? null : JSON.stringify(post);
    return { offset: first + i, timestamp: 0, key: id, value, headers: {} };
  });
  return { topic, partition, records, next: first + steps.length };
}

async function lake(
  store: TableStore,
  rotation: Partial<LakeSettings> = {},
  context = fakeContext(topic),
  onFlushStep: SinkHost['onFlushStep'] = undefined,
) {
  const sink = await openLake(store, { ...LAKE, ...rotation }, context, { ...HOST, onFlushStep });
  return { sink, context, from: (await sink.start(0)) ?? 0 };
}

const ids = async (store: TableStore) => (await rows(store, 'id', 'id')).map(({ id }) => Number(id) - 1000);
const dataFiles = async (store: TableStore) => {
  const found: string[] = [];
  for await (const { name } of store.walk()) if (name.endsWith('.parquet')) found.push(name);
  return found;
};

describe('a deleted post', () => {
  test('a deleted post is removed from the table at the next flush, before the position moves past its tombstone', async () => {
    const store = folderStore(scratch());
    const { sink } = await lake(store);
    await sink.write(batch([1, 2, 3]));
    await sink.flush(0);
    await sink.write(batch([-1, 4], 3));
    await sink.flush(0);
    expect(await ids(store)).toEqual([2, 3, 4]);
    expect(sink.counts()).toMatchObject({ rows: 4, tombstones: 1, purged: 1 });
    const log = await entries(store);
    expect(log[1]!.some(({ remove }) => remove !== undefined)).toBe(true);
    expect(log[1]!.some(({ txn }) => txn !== undefined)).toBe(false);
    expect((await lake(store)).from).toBe(5);
    expect((await verify(store)).orphans).toEqual([]);
  });

  test('a deleted post that is still buffered is never written; its file gets a unique name', async () => {
    const store = folderStore(scratch());
    const { sink } = await lake(store);
    await sink.write(batch([1, 3, 2, -1, -2]));
    await sink.flush(0);
    expect(await ids(store)).toEqual([3]);
    expect(sink.counts()).toMatchObject({ tombstones: 2, purged: 2, files: 1 });
    expect(await dataFiles(store)).toEqual([
      expect.stringMatching(/tweets-processed-0-0-1-[0-9a-f-]{36}\.parquet$/),
    ]);
  });

  test('a deleted post in an uncommitted file is removed together with that file', async () => {
    const store = folderStore(scratch());
    const { sink } = await lake(store, { rows: 2 });
    await sink.write(batch([1, 3, 5, 7, -3, -5, -7]));
    await sink.flush(0);
    expect(await ids(store)).toEqual([1]);
    expect(await dataFiles(store)).toHaveLength(1);
    expect(sink.counts()).toMatchObject({ purged: 3 });
  });

  test('a post that returns after its deletion is kept: the delete is flushed first', async () => {
    const store = folderStore(scratch());
    const { sink } = await lake(store);
    await sink.write(batch([1, 2, -1, 3, 1, -2]));
    await sink.flush(0);
    expect(await ids(store)).toEqual([1, 3]);
    expect(sink.counts()).toMatchObject({ commits: 2 });
  });

  test('deleting a post that the table never had costs no extra commit', async () => {
    const store = folderStore(scratch());
    const { sink } = await lake(store);
    await sink.write(batch([2, 4, -3, -9]));
    await sink.flush(0);
    await sink.write(batch([-100], 4));
    await sink.flush(0);
    expect(await entries(store)).toHaveLength(2);
    expect(await ids(store)).toEqual([2, 4]);
  });

  test('a deleted post is removed whichever partition had it, although each process sees only its own tombstone', async () => {
    const store = folderStore(scratch());
    const [one, other] = [await lake(store), await lake(store)];
    await other.sink.start(1);
    await one.sink.write(batch([1, -1, 2]));
    await other.sink.write(batch([1, 4], 0, 1));
    await other.sink.flush(0);
    await one.sink.flush(0);
    await other.sink.write(batch([-1], 2, 1));
    await other.sink.flush(0);
    expect(await ids(store)).toEqual([2, 4]);
  });
});

describe('no sink takes posts out', () => {
  test('a sink warns once that it deletes nothing from a plain table, and still omits buffered posts', async () => {
    const warnings: string[] = [];
    const store = folderStore(scratch());
    const context = fakeContext(topic, { warn: (message) => warnings.push(message) });
    const { sink } = await lake(store, { table: 'plain' }, context);
    await sink.write(batch([1, 3, -1, -3, 5]));
    await sink.flush(0);
    await sink.write(batch([-5], 5));
    await sink.flush(0);
    expect(warnings).toEqual([expect.stringMatching(/deletes nothing from .* run purge with --table plain/)]);
    const [file = ''] = await dataFiles(store);
    expect(await query(`select id from read_parquet('${store.url}/${file}')`)).toEqual([{ id: '1005' }]);
  });

  test('a sink warns once about an append-only table and continues', async () => {
    const warnings: string[] = [];
    const store = folderStore(scratch());
    const first = await lake(store);
    await first.sink.write(batch([1, 2]));
    await first.sink.flush(0);
    const text = String(await store.get(entryPath(0)));
    await store.put(entryPath(0), [
      Buffer.from(text.replace('"configuration":{}', '"configuration":{"delta.appendOnly":"true"}')),
    ]);
    const context = fakeContext(topic, { warn: (message) => warnings.push(message) });
    const { sink } = await lake(store, {}, context);
    await sink.write(batch([-1, 3], 2));
    await sink.flush(0);
    expect(await ids(store)).toEqual([1, 2, 3]);
    expect(warnings).toEqual([expect.stringContaining('append-only')]);
  });
});

test('a tombstone of another dataset is only counted', async () => {
  const store = folderStore(scratch());
  const sink = await openLake(store, LAKE, fakeContext('prices'));
  await sink.start(0);
  await sink.write({ ...batch([-1]), topic: 'prices' });
  await sink.flush(0);
  expect(sink.counts()).toMatchObject({ tombstones: 1, purged: 0, commits: 1 });
});

describe('a process killed', () => {
  const STEPS = [1, 3, 2, 5, -3, 4, 7, -1, 9, 11, -9, 6, -4];
  const LEFT = [2, 5, 6, 7, 11];

  /** Reads on from the position in parts, a flush after each. */
  async function carry(
    store: TableStore,
    size: number,
    rotation: Partial<LakeSettings>,
    onFlushStep = (_: number) => {},
  ) {
    const { sink, from } = await lake(store, rotation, fakeContext(topic), onFlushStep);
    for (let at = from; at < STEPS.length; at += size) {
      await sink.write(batch(STEPS.slice(at, at + size), at));
      await sink.flush(0);
    }
  }

  test.each([1, 2, 3, 4])('a kill at step %i of any flush leaves no deleted post behind', async (step) => {
    for (let time = 1; time < 12; time++) {
      const store = folderStore(scratch());
      let left = time;
      const killed = carry(store, 4, {}, (now) => {
        if (now === step && --left === 0) throw new Error('killed');
      });
      await killed.catch((error) => expect(error.message).toBe('killed'));
      await carry(store, 4, {});
      expect(await ids(store)).toEqual(LEFT);
    }
  });

  test('a kill before or after any write to the store leaves no deleted post behind', async () => {
    const dying = (store: TableStore, step: number, after: boolean): TableStore => {
      let writes = 0;
      const dies = async <T>(write: () => Promise<T>): Promise<T> => {
        writes += 1;
        if (writes > step || (writes === step && !after)) throw new Error('killed');
        const done = await write();
        if (writes === step) throw new Error('killed');
        return done;
      };
      return {
        ...store,
        put: (path, chunks) => dies(() => store.put(path, chunks)),
        putIfAbsent: (path, chunks) => dies(() => store.putIfAbsent(path, chunks)),
        remove: (path) => dies(() => store.remove(path)),
      };
    };
    const life = fc.record({
      step: fc.integer({ min: 1, max: 14 }),
      after: fc.boolean(),
      size: fc.integer({ min: 1, max: 13 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { maxLength: 3 }),
        fc.constantFrom(2, 1000),
        async (lives, rowsOfFile) => {
          const store = folderStore(scratch());
          for (const { step, after, size } of lives)
            await carry(dying(store, step, after), size, { rows: rowsOfFile }).catch((error) =>
              expect(error.message).toBe('killed'),
            );
          await carry(store, 13, { rows: rowsOfFile });
          expect(await ids(store)).toEqual(LEFT);
          expect((await verify(store)).missing).toEqual([]);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });
});

describe('a blocked delete does not stop the sink', () => {
  const telling = () => {
    const warnings: string[] = [];
    return { warnings, context: fakeContext(topic, { warn: (message) => void warnings.push(message) }) };
  };

  test('a damaged file is named in a warning, the ids go to rejects, and the position advances', async () => {
    const store = folderStore(scratch());
    const { warnings, context } = telling();
    const { sink } = await lake(store, {}, context);
    await sink.write(batch([1, 3, 6]));
    await sink.flush(0);
    const broken = (await dataFiles(store)).find((name) => name.includes('tag=eth'))!;
    await store.put(broken, [Buffer.from('PAR1 but no more')]);
    await sink.write(batch([-1, -6, -9, 4], 3));
    await sink.flush(0);
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`${broken}.*cannot be read.*topic rejects`))]);
    expect(context.rejected).toEqual([{ offset: 3, reason: expect.stringContaining(broken) }]);
    expect((await lake(store)).from).toBe(7);
    const log = (await entries(store)).flat();
    expect(log.flatMap(({ remove }) => (remove ? [remove.path] : []))).toHaveLength(1);
  });

  test('a store that refuses deletes: the table drops the post, and a warning names the file that stays', async () => {
    const store = folderStore(scratch());
    const keeping: TableStore = {
      ...store,
      remove: () => Promise.reject(new UserError('unavailable', 'DELETE is not allowed', 'Give the right.')),
    };
    const { warnings, context } = telling();
    const { sink } = await lake(keeping, {}, context);
    await sink.write(batch([1, 2, 3]));
    await sink.flush(0);
    await sink.write(batch([-1, 4], 3));
    await sink.flush(0);
    expect(await ids(store)).toEqual([2, 3, 4]);
    expect(warnings).toEqual([expect.stringContaining('DELETE is not allowed')]);
    expect(context.rejected).toHaveLength(1);
  });

  test('a file with columns of unknown types is still rewritten', async () => {
    const store = folderStore(scratch());
    const sql = `select * from (values ('1001', 'x'::blob), ('1002', 'y'::blob)) as t(id, vendor)`;
    await foreignTable(store, sql, { id: 'string', vendor: 'binary' }, 'zstd');
    const context = fakeContext(topic);
    const dataset = { ...context.dataset, partitionBy: [] };
    const sink = await openLake(store, LAKE, { ...context, dataset });
    await sink.start(0);
    await sink.write(batch([-1, 4]));
    await sink.flush(0);
    expect(await rows(store, 'id', 'id')).toEqual([{ id: '1002' }, { id: '1004' }]);
  });
});

test('a file left behind by a process that died after the commit is removed when its tombstones are read again', async () => {
  const store = folderStore(scratch());
  const first = await lake(store);
  await first.sink.write(batch([1, 3]));
  await first.sink.flush(0);
  const dying: TableStore = { ...store, remove: () => Promise.reject(new Error('killed')) };
  const second = await lake(dying);
  await second.sink.write(batch([-1], 2));
  await expect(second.sink.flush(0)).rejects.toThrow('killed');
  expect(await dataFiles(store)).toHaveLength(2);
  const third = await lake(store);
  expect(third.from).toBe(2);
  await third.sink.write(batch([-1], 2));
  await third.sink.flush(0);
  expect(await dataFiles(store)).toHaveLength(1);
  expect(await ids(store)).toEqual([3]);
});
