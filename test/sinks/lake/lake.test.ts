import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import type { Batch } from '../../../src/core/stream/record.ts';
import { DATASETS } from '../../../src/market/catalog/datasets.ts';
import { verify } from '../../../src/sinks/lake/delta/verify.ts';
import { type LakeSettings, openLake } from '../../../src/sinks/lake/lake.ts';
import { folderStore } from '../../../src/sinks/lake/store/folder-store.ts';
import type { TableStore } from '../../../src/sinks/lake/store/store.ts';
import type { OpenSink } from '../../../src/sinks/sink.ts';
import { batchOf, fakeContext, HOST, LAKE, price } from '../fakes.ts';
import { foreignTable } from './foreign.ts';
import { entries, files, query, rows } from './reading.ts';
import { scratch } from './scratch.ts';

const MB = 2 ** 20;

const prices = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => price(first + i, { fx_source: `#${first + i}` }));

/** Opens a lake, takes partition 0 (or those given), and gives all that a test looks at. */
async function lake(
  root: string,
  { rotation = {}, context = fakeContext(), host = HOST, partitions = [0], store = folderStore(root) } = {},
) {
  const sink = await openLake(store, { ...LAKE, ...rotation }, context, host);
  const positions: (number | undefined)[] = [];
  for (const partition of partitions) positions.push(await sink.start(partition));
  return { sink, context, positions, store };
}

async function load(sink: OpenSink, ...batches: Batch[]): Promise<void> {
  for (const batch of batches) await sink.write(batch);
  await sink.flush(0);
}

/** What `fx_source` says of each row: the offset it was given. */
const marks = async (store: TableStore) =>
  (await rows(store, 'fx_source', 'time')).map((row) => row.fx_source);
const marksOf = (count: number) => Array.from({ length: count }, (_, i) => `#${i}`);

describe('rows', () => {
  test('rows land in Hive folders, in files named by their offsets', async () => {
    const { sink, store } = await lake(scratch());
    await load(sink, batchOf(prices(5)));
    expect(await files(store)).toEqual([
      'coin=btc/date=2026-03-02/prices-0-0-4.parquet',
      'coin=eth/date=2026-03-02/prices-0-1-3.parquet',
    ]);
    const [first] = await rows(store, 'coin, quote, price, epoch_ms(time) as ms, date, market_cap');
    expect(first).toEqual({
      coin: 'btc',
      quote: 'usdt',
      price: 100,
      ms: BigInt(Date.UTC(2026, 2, 2, 12)),
      date: '2026-03-02',
      market_cap: null,
    });
  });

  test('rows keep ids above 2^53, emoji, lists and nulls', async () => {
    const context = fakeContext('tweets-processed');
    const { sink, store } = await lake(scratch(), { context });
    const tweet = {
      id: '1790000000000000001',
      created_at: '2026-03-02T10:15:22.123Z',
      tag: 'btc',
      text: 'to the 🌕\nand "back"',
      hashtags: ['btc', '🚀'],
      cashtags: [],
      followers_count: 12,
      verified: false,
    };
    await load(sink, batchOf([tweet, { id: '2', tag: 'btc' }], { topic: 'tweets-processed' }));
    const select =
      'id, text, hashtags::json::text as h, cashtags::json::text as c, urls, followers_count, verified';
    expect(await rows(store, select, 'length(id) desc')).toEqual([
      {
        id: '1790000000000000001',
        text: tweet.text,
        h: '["btc","🚀"]',
        c: '[]',
        urls: null,
        followers_count: 12n,
        verified: false,
      },
      { id: '2', text: null, h: null, c: null, urls: null, followers_count: null, verified: null },
    ]);
    expect(await files(store)).toContain(
      'tag=btc/date=__HIVE_DEFAULT_PARTITION__/tweets-processed-0-1-1.parquet',
    );
  });

  test('rows are in the folder of their UTC day, whatever the time zone of the text', async () => {
    const { sink, store } = await lake(scratch());
    const times = ['2026-03-01T23:59:59.999Z', '2026-03-02T00:00:00.000Z', '2026-03-02T03:00:00.000+03:30'];
    await load(sink, batchOf(times.map((time) => price(0, { time }))));
    expect((await rows(store, 'date')).map(({ date }) => date)).toEqual([
      '2026-03-01',
      '2026-03-01',
      '2026-03-02',
    ]);
  });

  test('rows with odd folder values can be queried', async () => {
    const { sink, store } = await lake(scratch());
    const coins = ['a/b', '50% off', "it's", 'ü 🚀', '..', '__', '', null];
    await load(sink, batchOf(coins.map((coin, i) => price(i, { coin }))));
    expect((await rows(store, 'coin')).map(({ coin }) => coin)).toEqual([...coins.slice(0, 6), null, null]);
    const added = (await entries(store)).flat().flatMap(({ add }) => (add ? [add] : []));
    expect(added.every(({ path }) => /^[\x21-\x7e]+$/.test(path))).toBe(true);
    expect(added.map((add) => Object(add).partitionValues.coin)).toContain('a/b');
  });
});

describe('a record that cannot be a row', () => {
  test('a record that cannot be a row is rejected with its reason, and nothing else is lost', async () => {
    const { sink, context, store } = await lake(scratch());
    const bad = [
      '{"coin":',
      '[]',
      { ...price(2), price: '-' },
      { ...price(3), time: 'soon' },
      { ...price(3), coin: 'x'.repeat(300) },
    ];
    await load(sink, batchOf([price(0), ...bad, null, price(7)]));
    expect(context.rejected).toEqual([
      { offset: 1, reason: expect.stringMatching(/^not JSON: /) },
      { offset: 2, reason: 'not a JSON object' },
      { offset: 3, reason: 'price: "-" is no number' },
      { offset: 4, reason: 'time: "soon" is no time' },
      { offset: 5, reason: 'a folder column is too long for the name of a folder' },
    ]);
    expect(await rows(store, 'price')).toEqual([{ price: 100 }, { price: 107 }]);
    expect(sink.counts()).toMatchObject({ rows: 2, files: 2, commits: 1, rejected: 5, tombstones: 1 });
    expect(sink.lastFile!()!.path).toMatch(/\.parquet$/);
  });

  test('a rejected record advances the position, so that it is rejected once', async () => {
    const root = scratch();
    const first = await lake(root);
    await load(first.sink, batchOf(['nonsense', null]));
    expect((await lake(root)).positions).toEqual([2]);
  });
});

describe('the position', () => {
  test('the position is 0 without a table, and the next offset after a flush', async () => {
    const root = scratch();
    const { sink, positions } = await lake(root);
    await load(sink, batchOf(prices(3)));
    expect([positions, (await lake(root)).positions]).toEqual([[0], [3]]);
  });

  test('the position passes gaps left by compaction', async () => {
    const root = scratch();
    const { sink } = await lake(root);
    await load(sink, { ...batchOf(prices(3)), next: 50 });
    expect((await lake(root)).positions).toEqual([50]);
  });

  test('each group has its own position', async () => {
    const root = scratch();
    await load((await lake(root)).sink, batchOf(prices(3)));
    expect((await lake(root, { context: fakeContext('prices', { group: 'other' }) })).positions).toEqual([0]);
  });

  const from = (identity: string | undefined) => ({ context: fakeContext('prices', { identity }) });

  test('a position belongs to one topic: a recreated topic is refused, and accepted under another group', async () => {
    const root = scratch();
    await load((await lake(root, from('one'))).sink, batchOf(prices(3)));
    expect((await lake(root, from('one'))).positions).toEqual([3]);
    await expect(lake(root, from('two'))).rejects.toMatchObject({
      code: 'usage',
      message: `${root} has prices/0 of another topic with that name: the topic was recreated since, or is on another bus`,
    });
    const context = fakeContext('prices', { identity: 'two', group: 'second' });
    const { sink, positions, store } = await lake(root, { context });
    expect(positions).toEqual([0]);
    await load(sink, batchOf(prices(2, 3)));
    expect(await marks(store)).toEqual(marksOf(5));
  });

  test('a position of an older cryptopipe, without identity, is continued and gets an identity', async () => {
    const root = scratch();
    const old = (await lake(root, from(undefined))).sink;
    await load(old, batchOf(prices(3)));
    const { sink, positions, store } = await lake(root, from('one'));
    expect(positions).toEqual([3]);
    await load(sink, batchOf(prices(2, 3), { first: 3 }));
    await expect(load(old, batchOf(prices(2, 3), { first: 3 }))).rejects.toMatchObject({ code: 'fenced' });
    await load(sink, batchOf(prices(2, 5), { first: 5 }));
    expect((await lake(root, from('one'))).positions).toEqual([7]);
    await expect(lake(root, from('two'))).rejects.toMatchObject({ code: 'usage' });
    expect(await marks(store)).toEqual(marksOf(7));
  });

  test('records below the position, as after a restart, are dropped', async () => {
    const root = scratch();
    await load((await lake(root)).sink, batchOf(prices(3)));
    const { sink, store } = await lake(root);
    await load(sink, batchOf(prices(5)), batchOf(prices(4)), batchOf(prices(2, 5), { first: 5 }));
    expect(await marks(store)).toEqual(marksOf(7));
  });

  test('one commit advances the positions of all partitions', async () => {
    const { sink, store } = await lake(scratch(), { partitions: [0, 2] });
    await load(sink, batchOf(prices(3)), batchOf(prices(2, 3), { partition: 2 }));
    const log = await entries(store);
    expect(log).toHaveLength(1);
    expect(log[0]!.flatMap(({ txn }) => (txn ? [[txn.appId, txn.version]] : []))).toEqual([
      ['app.file/prices/0', 3],
      ['app.file/prices/2', 2],
    ]);
    expect(await marks(store)).toEqual(marksOf(5));
  });

  test('consecutive flushes name each file once', async () => {
    const { sink, store } = await lake(scratch());
    for (let i = 0; i < 6; i += 2) await load(sink, batchOf(prices(2, i), { first: i }));
    const added = (await entries(store)).map((entry) => entry.filter(({ add }) => add).length);
    expect(added).toEqual([2, 2, 2]);
  });

  test('a flush without new records makes no commit', async () => {
    const { sink, store } = await lake(scratch());
    await sink.flush(0);
    await load(sink, batchOf(prices(3)));
    await sink.flush(0);
    expect(await entries(store)).toHaveLength(1);
  });
});

describe('rotation', () => {
  test('a flush is due once the oldest row has waited for --every', async () => {
    const { sink, context } = await lake(scratch(), { rotation: { every: 1000 } });
    const start = context.time;
    expect(sink.due(start + 1e6)).toBe(false);
    await sink.write(batchOf(prices(1)));
    context.time += 900;
    await sink.write(batchOf(prices(1, 1), { first: 1 }));
    expect([sink.due(start + 999), sink.due(start + 1000)]).toEqual([false, true]);
    await sink.flush(start + 1000);
    expect(sink.due(start + 1e6)).toBe(false);
  });

  test.each([-72, 5])('a wall clock set by %d hours does not change when a commit is due', async (hours) => {
    const { sink, context } = await lake(scratch(), { rotation: { every: 1000 } });
    const start = context.time;
    context.ahead = hours * 3_600_000;
    await sink.write(batchOf(prices(1)));
    context.ahead = 0;
    expect([sink.due(start + 999), sink.due(start + 1000)]).toEqual([false, true]);
  });

  test('a file with --rows rows is written early and stays invisible until the commit', async () => {
    const { sink, store } = await lake(scratch(), { rotation: { rows: 10 } });
    for (let i = 0; i < 40; i += 4) await sink.write(batchOf(prices(4, i), { first: i }));
    expect(await files(store)).toEqual([]);
    await sink.flush(0);
    expect((await files(store)).sort()).toEqual([
      'coin=btc/date=2026-03-02/prices-0-0-18.parquet',
      'coin=btc/date=2026-03-02/prices-0-20-38.parquet',
      'coin=eth/date=2026-03-02/prices-0-1-19.parquet',
      'coin=eth/date=2026-03-02/prices-0-21-39.parquet',
    ]);
    expect(await marks(store)).toEqual(marksOf(40));
  });

  test('beyond the memory limit the largest folder is written early, and small ones wait', async () => {
    const { sink, store } = await lake(scratch(), {
      rotation: { maxMemory: MB },
      host: { ...HOST, openSinks: 2 },
    });
    const puts: string[] = [];
    const put = store.putIfAbsent;
    store.putIfAbsent = (path, chunks) => {
      puts.push(path);
      return put(path, chunks);
    };
    await sink.write(batchOf([price(1)], { first: 0 }));
    for (let i = 1; puts.length === 0; i++)
      await sink.write(batchOf([price(2 * i, { source: `${'x'.repeat(1000)}${i}` })], { first: i }));
    expect(puts.every((path) => path.startsWith('coin=btc/'))).toBe(true);
    await sink.flush(0);
    expect((await files(store)).map((path) => path.slice(0, 8)).sort()).toEqual(['coin=btc', 'coin=eth']);
  });

  test('a commit is due early when it would name many files', async () => {
    const { sink, context } = await lake(scratch(), { rotation: { maxMemory: MB } });
    const coins = (count: number, first: number) =>
      Array.from({ length: count }, (_, i) => price(first + i, { coin: `c${first + i}` }));
    await sink.write(batchOf(coins(99, 0)));
    expect(sink.due(context.time)).toBe(false);
    await sink.write(batchOf(coins(1, 99), { first: 99 }));
    expect(sink.due(context.time)).toBe(true);
    await sink.flush(context.time);
    expect(sink.due(context.time)).toBe(false);
  });

  test('memory of written rows is released', async () => {
    const { sink, store } = await lake(scratch(), { rotation: { maxMemory: MB } });
    for (let i = 0; i < 40_000; i += 500) await sink.write(batchOf(prices(500, i), { first: i }));
    await sink.flush(0);
    expect((await rows(store, 'count(*)::int as n', 'n'))[0]).toEqual({ n: 40_000 });
    expect((await files(store)).length).toBeGreaterThan(2);
    expect((await files(store)).length).toBeLessThan(20);
  });
});

describe('two processes', () => {
  test('two processes share the partitions of a topic: no gap in the log, every row once', async () => {
    const root = scratch();
    const work = async (partition: number) => {
      const { sink } = await lake(root, { partitions: [partition] });
      for (let i = 0; i < 30; i++)
        await load(sink, batchOf(prices(2, partition * 60 + 2 * i), { first: 2 * i, partition }));
    };
    await Promise.all([0, 1].map(work));
    const store = folderStore(root);
    expect(await entries(store)).toHaveLength(60);
    expect(await marks(store)).toEqual(marksOf(120));
  });

  test('a zombie stops before it touches a file of the new owner', async () => {
    const root = scratch();
    const zombie = await lake(root);
    await zombie.sink.write(batchOf(prices(4)));
    const owner = await lake(root);
    await load(owner.sink, batchOf(prices(4)));
    const [path] = await files(owner.store);
    const before = readFileSync(join(root, path!));
    const puts: string[] = [];
    zombie.store.putIfAbsent = async (name) => puts.push(name) > 0;
    await expect(zombie.sink.flush(0)).rejects.toMatchObject({ code: 'fenced' });
    expect(puts).toEqual([]);
    expect(readFileSync(join(root, path!)).equals(before)).toBe(true);
    await load(owner.sink, batchOf(prices(4, 4), { first: 4 }));
    expect(await marks(owner.store)).toEqual(marksOf(8));
  });

  test('a zombie fenced between its files and its commit adds nothing', async () => {
    const root = scratch();
    const zombie = await lake(root);
    await zombie.sink.write(batchOf(prices(6)));
    const commit = zombie.store.putIfAbsent;
    zombie.store.putIfAbsent = async (path, text) => {
      await load((await lake(root)).sink, batchOf(prices(4)));
      return commit(path, text);
    };
    await expect(zombie.sink.flush(0)).rejects.toMatchObject({ code: 'fenced' });
    expect(await marks(zombie.store)).toEqual(marksOf(4));
  });

  test("a partition that returns starts at the table's position", async () => {
    const { sink, store } = await lake(scratch());
    await load(sink, batchOf(prices(2)));
    await sink.write(batchOf(prices(2, 2), { first: 2 }));
    await sink.stop(0);
    await expect(sink.write(batchOf(prices(1)))).rejects.toThrow(UserError);
    expect(await sink.start(0)).toBe(2);
    await load(sink, batchOf(prices(3, 2), { first: 2 }));
    expect(await marks(store)).toEqual(marksOf(5));
  });
});

/** A store whose process is killed at the `step`th write, before or after it is done. */
function dying(root: string, step: number, after: boolean): TableStore {
  const store = folderStore(root);
  let writes = 0;
  const living = async <T>(write: () => Promise<T>): Promise<T> => {
    const dies = writes++ >= step;
    if (dies && !(after && writes - 1 === step)) throw new Error('killed');
    const done = await write();
    if (dies) throw new Error('killed');
    return done;
  };
  return {
    ...store,
    put: (path, chunks) => living(() => store.put(path, chunks)),
    putIfAbsent: (path, text) => living(() => store.putIfAbsent(path, text)),
  };
}

describe('a kill at any step', () => {
  const TOTAL = 40;
  /** Reads on from the position, flushing after each `size` records, until the end or until it is killed. */
  async function work(
    root: string,
    store: TableStore,
    size: number,
    rotation: Partial<LakeSettings>,
  ): Promise<void> {
    const { sink, positions } = await lake(root, { store, rotation });
    for (let first = positions[0]!; first < TOTAL; first += size)
      await load(sink, batchOf(prices(Math.min(size, TOTAL - first), first), { first }));
  }

  test('a kill at any step loses and duplicates nothing', async () => {
    const kill = fc.record({
      step: fc.nat(12),
      after: fc.boolean(),
      size: fc.integer({ min: 3, max: 40 }),
      rows: fc.integer({ min: 1, max: 30 }),
    });
    const property = fc.asyncProperty(fc.array(kill, { minLength: 1, maxLength: 4 }), async (kills) => {
      const root = scratch();
      for (const { step, after, size, rows } of kills)
        await work(root, dying(root, step, after), size, { rows }).catch((error) => {
          if (error.message !== 'killed') throw error;
        });
      await work(root, folderStore(root), 7, {});
      expect(await marks(folderStore(root))).toEqual(marksOf(TOTAL));
    });
    await fc.assert(property, { numRuns: 30, seed: 1 });
  });

  test('a kill before the commit leaves files that no reader sees', async () => {
    const root = scratch();
    await work(root, dying(root, 2, false), 10, {}).catch(() => {});
    expect(await query(`select count(*)::int as n from glob('${join(root, '**/*.parquet')}')`)).toEqual([
      { n: 2 },
    ]);
    expect(await rows(folderStore(root))).toEqual([]);
  });
});

test('values of a column that the table has with another type are refused, and nothing else', async () => {
  const root = scratch();
  const other = { ...DATASETS.prices, columns: [{ name: 'market_cap', type: 'text', help: '' }] } as const;
  const fields = {
    dataset: {
      ...other,
      columns: [...DATASETS.prices.columns.filter(({ name }) => name !== 'market_cap'), ...other.columns],
    },
  };
  await load(
    (await lake(root, { context: fakeContext('prices', { ...fields, group: 'other' }) })).sink,
    batchOf(prices(1)),
  );
  const { sink, context, store } = await lake(root);
  await load(sink, batchOf([price(1, { fx_source: '#1' }), price(2, { market_cap: 1 })]));
  expect(context.rejected).toEqual([
    { offset: 1, reason: 'market_cap: the table has this column with type string' },
  ]);
  expect(await marks(store)).toEqual(['#0', '#1']);
});

test('rows without a value in a required column are refused, and nothing else', async () => {
  const store = folderStore(scratch());
  const sql = `select 'btc' as coin, 1::double as price, 2::double as market_cap`;
  const fields = { coin: 'string', price: 'double', market_cap: 'double' };
  await foreignTable(store, sql, fields, 'snappy', ['market_cap', 'coin']);
  const context = fakeContext();
  const dataset = { ...context.dataset, partitionBy: [] };
  const sink = await openLake(store, LAKE, { ...context, dataset });
  await sink.start(0);
  await sink.write(batchOf([price(0, { market_cap: 5 }), price(1), price(2, { market_cap: 6, coin: null })]));
  await sink.flush(0);
  expect(context.rejected).toEqual([
    { offset: 1, reason: 'market_cap: the table requires a value' },
    { offset: 2, reason: expect.stringContaining('coin') },
  ]);
  expect(await rows(store, 'market_cap', 'market_cap')).toEqual([{ market_cap: 2 }, { market_cap: 5 }]);
});

test('new columns are added to the table and are null in older rows', async () => {
  const root = scratch();
  const old = {
    ...DATASETS.prices,
    columns: DATASETS.prices.columns.filter(({ name }) => name !== 'skew_ms'),
  };
  await load(
    (await lake(root, { context: fakeContext('prices', { dataset: old }) })).sink,
    batchOf(prices(1)),
  );
  const { sink, store } = await lake(root);
  await load(sink, batchOf([price(1, { skew_ms: 7 })], { first: 1 }));
  const described = (await entries(store)).flat().flatMap(({ metaData }) => (metaData ? [metaData] : []));
  expect(described.map(({ schemaString }) => schemaString.includes('skew_ms'))).toEqual([false, true]);
  expect(described[1]!.id).toBe(described[0]!.id);
  await load(sink, batchOf([price(2)], { first: 2 }));
  expect((await entries(store)).flat().filter(({ metaData }) => metaData)).toHaveLength(2);
});

describe('the answer to a put is lost', () => {
  /** Does what it is asked, and reports that it did not. */
  const deaf = (root: string, path: RegExp): TableStore => {
    const store = folderStore(root);
    return {
      ...store,
      putIfAbsent: async (name, chunks) => (await store.putIfAbsent(name, chunks)) && !path.test(name),
    };
  };
  test.each([
    ['a data file', /parquet$/],
    ['a log entry', /json$/],
  ])('a put whose answer is lost is found stored, once: %s', async (_, path) => {
    const root = scratch();
    const { sink, store } = await lake(root, { store: deaf(root, path) });
    await load(sink, batchOf(prices(3)));
    await load(sink, batchOf(prices(3, 3), { first: 3 }));
    expect(await entries(store)).toHaveLength(2);
    expect(await marks(store)).toEqual(marksOf(6));
    expect((await verify(store)).orphans).toEqual([]);
  });
});

describe('a file of the name that ours would have', () => {
  /** What is in the store before the table knows of it, and what a sink of another bus or program then keeps. */
  async function meeting(left: object, ours: object) {
    const root = scratch();
    const dead = await lake(root, { store: dying(root, 1, false) });
    await expect(load(dead.sink, batchOf([left]))).rejects.toThrow('killed');
    const { sink, store } = await lake(root);
    await load(sink, batchOf([ours]));
    return { store, paths: await files(store), prices: await rows(store, 'price') };
  }
  const path = 'coin=btc/date=2026-03-02/prices-0-0-0';

  test('a file of the same name and bytes was left by a process that died, and is used', async () => {
    const { store, paths } = await meeting(price(0), price(0));
    expect(paths).toEqual([`${path}.parquet`]);
    expect((await verify(store)).orphans).toEqual([]);
  });

  test('a file of the same name and size with other rows stays: ours gets another name', async () => {
    const { store, paths, prices } = await meeting(price(0), { ...price(0), price: 200.25 });
    expect(paths).toEqual([expect.stringMatching(`^${path}-[0-9a-f-]{36}.parquet$`)]);
    expect(prices).toEqual([{ price: 200.25 }]);
    expect((await verify(store)).missing).toEqual([]);
  });

  test('a file that the table has for another group is not named twice', async () => {
    const root = scratch();
    for (const group of ['one', 'two'])
      await load((await lake(root, { context: fakeContext('prices', { group }) })).sink, batchOf(prices(1)));
    expect(await files(folderStore(root))).toHaveLength(2);
    expect(await marks(folderStore(root))).toEqual(['#0', '#0']);
  });
});

describe('plain files', () => {
  const plain = { table: 'plain', format: 'jsonl.gz' } as const;
  async function names(root: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { name } of folderStore(root).walk()) found.push(name);
    return found.sort();
  }

  test("plain files are in Hive folders, the position is the group's, and a retry replaces them", async () => {
    const root = scratch();
    for (const _ of [1, 2]) {
      const { sink, positions } = await lake(root, { rotation: plain });
      expect(positions).toEqual([undefined]);
      await load(sink, batchOf(prices(3, 5), { first: 5 }));
    }
    expect(await names(root)).toEqual([
      expect.stringMatching(/^coin=btc\/date=2026-03-02\/prices-0-6-6-[0-9a-f]{16}.jsonl.gz$/),
      expect.stringMatching(/^coin=eth\/date=2026-03-02\/prices-0-5-7-[0-9a-f]{16}.jsonl.gz$/),
    ]);
    expect(
      await query(
        `select fx_source, coin, price from read_json('${root}/**/*.jsonl.gz', hive_partitioning = true) order by 1`,
      ),
    ).toEqual([
      { fx_source: '#5', coin: 'eth', price: 105n },
      { fx_source: '#6', coin: 'btc', price: 106n },
      { fx_source: '#7', coin: 'eth', price: 107n },
    ]);
  });

  test('plain files of other groups and buses have other names', async () => {
    const root = scratch();
    for (const [group, one] of [
      ['one', price(0)],
      ['two', price(0)],
      ['one', price(2)],
    ] as const) {
      const context = fakeContext('prices', { group });
      await load((await lake(root, { rotation: plain, context })).sink, batchOf([one]));
    }
    expect(await names(root)).toHaveLength(3);
  });

  test('a Delta table is refused where plain files are', async () => {
    const root = scratch();
    await load((await lake(root, { rotation: plain })).sink, batchOf(prices(1)));
    await expect(lake(root)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`${root} contains files without a log`),
    });
  });

  test('plain files are refused where a Delta table is', async () => {
    const root = scratch();
    await load((await lake(root)).sink, batchOf(prices(1)));
    await expect(lake(root, { rotation: plain })).rejects.toMatchObject({
      code: 'usage',
      message: `${root} is a Delta table`,
    });
  });
});

test('after a full disk nothing is committed, and a later flush writes the rows', async () => {
  const { sink, store } = await lake(scratch());
  const put = store.putIfAbsent;
  store.putIfAbsent = () =>
    Promise.reject(new UserError('disk-full', 'the disk is full', 'Free some space.'));
  await sink.write(batchOf(prices(4)));
  await expect(sink.flush(0)).rejects.toMatchObject({ code: 'disk-full' });
  expect(await entries(store)).toEqual([]);
  store.putIfAbsent = put;
  await sink.flush(0);
  expect(await marks(store)).toEqual(marksOf(4));
});
