import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Options, Settings } from '../../src/core/option.ts';
import type { Batch, StoredRecord } from '../../src/core/stream/record.ts';
import { datasetOf } from '../../src/market/catalog/dataset-of.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { mongo } from '../../src/sinks/mongo/mongo.ts';
import { purgeMongo } from '../../src/sinks/mongo/purge.ts';
import type { OpenSink } from '../../src/sinks/sink.ts';
import { slowest } from '../limits.ts';
import { type FakeContext, fakeContext, HOST } from '../sinks/fakes.ts';
import { type MongoServer, startMongo } from './mongo/server.ts';

let server: MongoServer;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  server = await startMongo();
  client = await new MongoClient(server.url).connect();
});
afterAll(async () => {
  await client?.close();
  await server?.close();
});
let tests = 0;
beforeEach(() => {
  db = client.db(`test${tests++}`);
});

const defaults = <O extends Options>(options: O): Settings<O> =>
  Object.fromEntries(Object.entries(options).map(([name, { fallback }]) => [name, fallback])) as Settings<O>;

type MongoSettings = Partial<Settings<typeof mongo.options>>;

async function openSink(topic: string, changes: MongoSettings = {}, around: Partial<FakeContext> = {}) {
  const context = fakeContext(topic, { clock: systemClock, ...around });
  const settings = { ...defaults(mongo.options), url: server.url, db: db.databaseName, ...changes };
  return { context, sink: await mongo.open(settings, context, HOST) };
}

/** Consecutive records of one partition; each a second after the one before. */
const batch = (topic: string, records: readonly Partial<StoredRecord>[], first = 0): Batch => ({
  topic,
  partition: 0,
  records: records.map((record, i) => ({
    offset: first + i,
    timestamp: 1_772_445_600_000 + (first + i) * 1000,
    key: null,
    value: null,
    headers: {},
    ...record,
  })),
  next: first + records.length,
});

const post = (id: string, fields: object = {}): Partial<StoredRecord> => ({
  key: id,
  value: JSON.stringify({
    id,
    created_at: '2026-03-02T10:00:00.000Z',
    coin: 'btc',
    tag: 'btc',
    text: 'a post 😀',
    author_id: '18446744073709551615',
    username: 'Satoshi',
    followers_count: 3_000_000_000,
    favorite_count: 7,
    sentiment_score: 1,
    ...fields,
  }),
});

const candle = (n: number, revision: number): Partial<StoredRecord> => {
  const window_start = new Date(Date.UTC(2026, 2, 2) + n * 600_000).toISOString();
  const value = { coin: 'btc', quote: 'usdt', window: '10m', window_start, close: 100 + revision, revision };
  return { key: `btc|usdt|10m|${window_start}`, value: JSON.stringify(value) };
};

async function writeAndFlush(sink: OpenSink, ...batches: readonly Batch[]): Promise<void> {
  for (const one of batches) await sink.write(one);
  await sink.flush(Date.now());
  await sink.close();
}

describe('sink mongo', () => {
  test('posts are in the collection of their coin, with dates, text ids and indexes', async () => {
    const { sink } = await openSink('tweets-processed');
    const records = [
      post('1'),
      post('1', { coin: 'eth', tag: 'eth' }),
      post('9007199254740993', { x: { y: [1] } }),
    ];
    await writeAndFlush(
      sink,
      batch('tweets-processed', [...records, post('3', { coin: null, tag: 'Tesla Inc' })]),
    );
    expect(sink.counts()).toEqual({ rows: 4, superseded: 0, rejected: 0, tombstones: 0 });
    const names = (await db.listCollections().toArray()).map(({ name }) => name).sort();
    expect(names).toEqual(['Tesla_Inc', 'bitcoin', 'ethereum']);
    const raw = await db.collection('bitcoin').findOne({ id: '9007199254740993' }, { promoteValues: false });
    expect(raw).toMatchObject({
      x: { y: [{ value: 1 }] },
      text: 'a post 😀',
      author_id: '18446744073709551615',
    });
    expect(raw!.created_at).toEqual(new Date('2026-03-02T10:00:00Z'));
    expect([
      raw!.followers_count._bsontype,
      raw!.favorite_count._bsontype,
      raw!.sentiment_score._bsontype,
    ]).toEqual(['Long', 'Int32', 'Double']);
    const keys = (await db.collection('bitcoin').indexes()).map(({ key }) => Object.keys(key).join());
    expect(keys.sort()).toEqual(['_id', 'author_id', 'created_at']);
  });

  test('upserts replayed twice give the same collection (all 100,000 by hand: MONGO_COUNT=100000)', async () => {
    const COUNT = Number(process.env.MONGO_COUNT ?? 20_000);
    const STEP = 1000;
    const replay = async () => {
      const { sink } = await openSink('tweets-processed');
      const batches = Array.from({ length: COUNT / STEP }, (_, n) =>
        batch(
          'tweets-processed',
          Array.from({ length: STEP }, (_, i) => post(`${n * STEP + i}`)),
          n * STEP,
        ),
      );
      await writeAndFlush(sink, ...batches);
      return sink.counts();
    };
    const sum = async () => {
      const revisions = db.collection('bitcoin').find({}, { projection: { _rev: 1 } });
      let count = 0;
      let last = '';
      for await (const { _rev } of revisions) {
        count++;
        if (_rev > last) last = _rev;
      }
      return { count, last };
    };
    const first = await replay();
    const before = await sum();
    expect(before.count).toBe(COUNT);
    expect(await replay()).toEqual(first);
    expect(await sum()).toEqual(before);
  });

  test('of revisions that two processes write in any order the newest wins', async () => {
    const revisions = (order: readonly number[]) =>
      order.flatMap((rev) => [0, 1, 2, 3, 4].map((n) => candle(n, rev)));
    const open = () => openSink('candles', { batch: 7 });
    const [a, b] = await Promise.all([open(), open()]);
    await Promise.all([
      writeAndFlush(a.sink, batch('candles', revisions([3, 1, 9, 2]))),
      writeAndFlush(b.sink, batch('candles', revisions([5, 9, 4, 1, 8]))),
    ]);
    const found = await db.collection('candles').find().toArray();
    expect(found.map(({ revision, close }) => [revision, close])).toEqual(Array(5).fill([9, 109]));
  });

  test('20 concurrent inserts of one post leave one document, and none fails', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => openSink('tweets-processed', { noIndexes: true })),
    );
    await Promise.all(
      all.map(({ sink }, n) =>
        writeAndFlush(sink, batch('tweets-processed', [post('1', { text: `${n}` })], n)),
      ),
    );
    // FerretDB reads and replaces in two steps, so here (not on MongoDB) the last of two concurrent ones may be the older.
    expect(await db.collection('bitcoin').find().toArray()).toMatchObject([{ _id: '1' }]);
    expect(all.every(({ context }) => context.rejected.length === 0)).toBe(true);
  });

  test('a document without a revision, written by another program, is replaced', async () => {
    await db.collection<{ _id: string }>('bitcoin').insertOne({ _id: '1' });
    const { sink } = await openSink('tweets-processed');
    await writeAndFlush(sink, batch('tweets-processed', [post('1')]));
    expect(await db.collection('bitcoin').findOne()).toMatchObject({ text: 'a post 😀' });
  });

  test('a tombstone deletes by id in every collection; a later post with that id is stored again', async () => {
    const { sink } = await openSink('tweets-processed');
    await sink.write(
      batch('tweets-processed', [post('1'), post('1', { coin: 'eth' }), post('2'), post('3')]),
    );
    await sink.flush(0);
    const dead = { key: '1' };
    await writeAndFlush(
      sink,
      batch('tweets-processed', [dead, post('2'), { key: '2' }, { key: '3' }, post('3')], 4),
    );
    expect((await db.collection('bitcoin').find().toArray()).map(({ _id }) => _id)).toEqual(['3']);
    expect(await db.collection('ethereum').countDocuments()).toBe(0);
  });

  test('a late process does not restore a deleted post; a later post with that id is stored again', async () => {
    const write = async (records: readonly Partial<StoredRecord>[], first: number) => {
      const { sink } = await openSink('tweets-processed');
      await writeAndFlush(sink, batch('tweets-processed', records, first));
      return sink.counts();
    };
    const ids = async () => (await db.collection('bitcoin').find().toArray()).map(({ _id }) => _id);
    await write([post('1'), { key: '1' }, { key: '2' }], 6);
    expect(await write([post('1'), post('2'), post('3')], 5)).toEqual({
      rows: 1,
      superseded: 2,
      rejected: 0,
      tombstones: 0,
    });
    expect(await ids()).toEqual(['3']);
    await write([post('1')], 20);
    expect((await ids()).sort()).toEqual(['1', '3']);
  });

  describe('a clock that steps back', () => {
    const quote = (key: string, price: number, timestamp: number): Partial<StoredRecord> => ({
      key,
      value: JSON.stringify({ source: 'f', base: key, price }),
      timestamp,
    });
    const prices = async () => {
      const found = await db.collection('quotes').find().sort({ _id: 1 }).toArray();
      return found.map(({ _id, price }) => [_id, price]);
    };
    const [later, earlier] = [1_772_445_605_000, 1_772_445_600_000];
    const before = [quote('k', 1, later), quote('gone', 1, later)];
    const after = [quote('k', 2, earlier), { key: 'gone', timestamp: earlier }];

    test.each([
      ['in one run', [[...before, ...after]]],
      ['in two', [before, after]],
      ['read again from the start', [before, after, [...before, ...after]]],
    ])('the last record of a partition wins, and a deletion deletes: %s', async (_, runs) => {
      let written = 0;
      for (const records of runs) {
        const { sink } = await openSink('prices-file', { collection: 'quotes' });
        await writeAndFlush(sink, batch('prices-file', records, records.length === 4 ? 0 : written));
        written += records.length;
      }
      expect(await prices()).toEqual([['k', 2]]);
    });

    test('between two partitions, and after a topic was recreated, the later time wins', async () => {
      const write = async (
        identity: string,
        partition: number,
        records: readonly Partial<StoredRecord>[],
      ) => {
        const { sink } = await openSink('prices-file', { collection: 'quotes' }, { identity });
        await writeAndFlush(sink, { ...batch('prices-file', records, 100 * (1 - partition)), partition });
      };
      await write('a', 0, [quote('k', 1, later)]);
      await write('a', 1, [quote('k', 2, earlier)]);
      expect(await prices()).toEqual([['k', 1]]);
      await write('b', 1, [quote('k', 3, later + 1)]);
      expect(await prices()).toEqual([['k', 3]]);
      await write('b', 1, [quote('k', 4, later), { key: 'k', timestamp: earlier }]);
      expect(await prices()).toEqual([]);
    });
  });

  test('deletions are kept for a day', async () => {
    const at = (hours: number) => ({
      clock: { ...systemClock, now: () => 1_772_445_600_000 + hours * 3_600_000 },
    });
    const kept = async () =>
      (await db.collection('cryptopipe.deletions').find().toArray()).map(({ _id }) => _id);
    for (const [n, hours] of [0, 20, 25].entries()) {
      const { sink } = await openSink('tweets-processed', {}, at(hours));
      await writeAndFlush(sink, batch('tweets-processed', [{ key: `${n}` }], n));
    }
    expect((await kept()).sort()).toEqual(['tweets-processed/1', 'tweets-processed/2']);
  });

  test("a record that the server refuses goes to rejects with the server's reason; the rest of its batch is written", async () => {
    const { sink, context } = await openSink('tweets-processed');
    const good = Array.from({ length: 50 }, (_, i) => post(`good${i}`));
    const refused = [
      post('dot', { 'a.b': 1 }),
      post('large', { text: 'x'.repeat(16 * 2 ** 20 - 800) }),
      post('zero', { 'a\0b': 1 }),
      { key: 'time', value: '{"created_at":"never"}' },
      post('nested', { deep: [[1]] }), // FerretDB keeps no list in a list
    ];
    await writeAndFlush(
      sink,
      batch('tweets-processed', [...good.slice(25), ...refused, ...good.slice(0, 25)]),
    );
    expect(await db.collection('bitcoin').countDocuments()).toBe(50);
    expect(context.rejected.map(({ offset }) => offset).sort()).toEqual([25, 26, 27, 28, 29]);
    const reason = (offset: number) => context.rejected.find((one) => one.offset === offset)!.reason;
    expect(reason(25)).toContain("must not contain '.' sign");
    expect(reason(26)).toMatch(/larger than 16 MB/);
    expect(reason(27)).toMatch(/null bytes/);
    expect(reason(28)).toContain('created_at: "never" is no time');
  });

  test('a reject nested thousands of levels deep is left out, and the rest of its batch is written', async () => {
    const { sink, context } = await openSink('rejects', { collection: 'rejects' });
    const nested = (depth: number): Partial<StoredRecord> => ({
      value: `{"topic":"t","value":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`,
    });
    const depths = [0, 1, 63, 64, 150, 5000, 100_000];
    await writeAndFlush(sink, batch('rejects', depths.map(nested)));
    expect(await db.collection('rejects').countDocuments()).toBe(3);
    expect(context.rejected).toEqual(
      [3, 4, 5, 6].map((offset) => ({ offset, reason: 'nested deeper than 64' })),
    );
  });

  test('integers above 2^53 are stored or rejected with all digits', async () => {
    const { sink, context } = await openSink('prices-file', { collection: 'quotes' });
    const quote = (fields: string): Partial<StoredRecord> => ({
      key: fields,
      value: `{"source":"f","base":"btc",${fields}}`,
    });
    const exact = [
      '"order_id":1790000000000000001',
      '"x":{"ids":[-9223372036854775808]}',
      '"n":9007199254740993',
    ];
    await writeAndFlush(
      sink,
      batch(
        'prices-file',
        [...exact, '"order_id":1790000000000000001,"supply":12345678901234567890'].map(quote),
      ),
    );
    const exactly = await MongoClient.connect(server.url, { useBigInt64: true });
    const found = await exactly
      .db(db.databaseName)
      .collection('quotes')
      .find()
      .sort({ _offset: 1 })
      .toArray();
    await exactly.close();
    expect(found).toMatchObject([
      { order_id: 1790000000000000001n },
      { x: { ids: [-9223372036854775808n] } },
      { n: 9007199254740993n },
    ]);
    expect(context.rejected).toEqual([
      {
        offset: 3,
        reason: expect.stringContaining('supply: 12345678901234567890 does not fit in 64 bits'),
      },
    ]);
  });

  test('a newer revision that the server refuses does not replace the good one before it', async () => {
    const { sink, context } = await openSink('tweets-processed');
    const revisions = [post('1', { text: 'old' }), post('1'), post('1', { deep: [[1]] }), post('2')];
    await writeAndFlush(sink, batch('tweets-processed', revisions));
    expect(await db.collection('bitcoin').findOne({ id: '1' })).toMatchObject({ text: 'a post 😀' });
    expect(context.rejected.map(({ offset }) => offset)).toEqual([2]);
    expect(sink.counts()).toEqual({ rows: 2, superseded: 1, rejected: 1, tombstones: 0 });
  });

  test('a duplicate key of another unique index is reported as such, not taken for a newer revision', async () => {
    await db.collection('bitcoin').createIndex({ text: 1 }, { unique: true });
    const { sink, context } = await openSink('tweets-processed');
    await writeAndFlush(sink, batch('tweets-processed', [post('1'), post('2')]));
    expect(context.rejected).toMatchObject([{ offset: 1, reason: expect.stringContaining('11000') }]);
  });

  test('a server that is killed during a write and restarted loses nothing', async () => {
    const { sink } = await openSink('tweets-processed');
    const records = (n: number) => Array.from({ length: 500 }, (_, i) => post(`${n * 500 + i}`));
    let killing: Promise<void> | undefined;
    for (let n = 0; n < 12; n++) {
      if (n === 4)
        killing = (async () => {
          await server.kill();
          await sleep(1500);
          await server.start();
        })();
      await sink.write(batch('tweets-processed', records(n), n * 500));
    }
    await writeAndFlush(sink);
    await killing;
    expect(await db.collection('bitcoin').countDocuments()).toBe(6000);
  });

  test('a server that is down is retried for the configured time, then is an error', async () => {
    // Longer than one attempt takes.
    const opening = openSink('candles', { url: 'mongodb://127.0.0.1:1' }, { maxWaitMs: 4000 });
    await expect(opening).rejects.toMatchObject({
      code: 'unavailable',
      message: /mongodb:\/\/127\.0\.0\.1:1 has not/,
    });
  });

  test('purge deletes posts by id and by author, and no document of other programs', async () => {
    await db
      .collection<{ _id: string; author_id?: string }>('others')
      .insertOne({ _id: '1', author_id: '5' });
    const { sink, context } = await openSink('tweets-processed');
    const posts = [
      post('1'),
      post('2', { author_id: '5', coin: 'eth' }),
      post('3', { username: 'Eve' }),
      post('4'),
    ];
    await writeAndFlush(sink, batch('tweets-processed', posts));
    const settings = { ...defaults(mongo.options), url: server.url, db: db.databaseName };
    const selection = { ids: ['1'], authors: ['5', '@eve'] };
    const topics = ['tweets-processed'];
    expect(await purgeMongo(settings, selection, { ...context, topics, dryRun: true })).toBe(3);
    expect(await purgeMongo(settings, selection, { ...context, topics, dryRun: false })).toBe(3);
    expect((await db.collection('bitcoin').find().toArray()).map(({ _id }) => _id)).toEqual(['4']);
    expect(await db.collection('others').countDocuments()).toBe(1);
  });

  test('purge reports a topic without a collection before it deletes anything', async () => {
    const { sink, context } = await openSink('tweets-processed', { collection: '{topic}' });
    await writeAndFlush(sink, batch('tweets-processed', [post('1')]));
    const settings = { ...defaults(mongo.options), url: server.url, db: db.databaseName };
    const purge = (changes: MongoSettings, topics: readonly string[]) =>
      purgeMongo(
        { ...settings, collection: '{topic}', ...changes },
        { ids: ['1'], authors: [] },
        { ...context, topics, dryRun: false },
      );
    const none = (topic: string) => ({ code: 'usage', message: expect.stringContaining(`topic '${topic}'`) });
    await expect(purge({}, ['tweets-processed', 'mine'])).rejects.toMatchObject(none('mine'));
    await expect(purge({ db: 'nosuch' }, ['tweets-processed'])).rejects.toMatchObject(
      none('tweets-processed'),
    );
    expect(await purge({}, ['tweets-processed'])).toBe(1);
  });

  test('a server without time series is reported with a hint', async () => {
    const { sink } = await openSink('prices', { timeSeries: true });
    await sink.write(batch('prices', [{ key: 'a', value: '{"coin":"btc","time":"2026-03-02T10:00:00Z"}' }]));
    await expect(sink.flush(0)).rejects.toMatchObject({ code: 'failed', hint: /MongoDB 5.0 or newer/ });
    await sink.close();
    expect(datasetOf('prices').name).toBe('prices');
  });
});

describe('a login', () => {
  const secret = 'p4ss-w0rd';
  let locked: MongoServer;
  beforeAll(async () => {
    locked = await startMongo({ login: { user: 'app', password: secret } });
  });
  afterAll(() => locked?.close());

  const secrets = (settings: Record<string, string>) => ({ secret: (name: string) => settings[name] });

  test('the environment sets user and password', async () => {
    const uri = locked.url.replace('//', `//app:${secret}@`);
    for (const around of [
      secrets({ MONGODB_URI: `${uri}/admin` }),
      secrets({
        MONGODB_URI: `${locked.url}/admin`,
        CRYPTOPIPE_MONGO_USER: 'app',
        CRYPTOPIPE_MONGO_PASSWORD: secret,
      }),
    ]) {
      const { sink } = await openSink('tweets-processed', { url: undefined }, around);
      await writeAndFlush(sink, batch('tweets-processed', [post('1')]));
      expect(sink.counts().rows).toBe(1);
    }
  });

  test('a wrong login fails at once, with a hint and without the password', async () => {
    for (const around of [
      secrets({ MONGODB_URI: `${locked.url.replace('//', '//app:wr0ng-pa55@')}/admin` }),
      secrets({
        CRYPTOPIPE_MONGO_USER: 'app',
        CRYPTOPIPE_MONGO_PASSWORD: 'wr0ng-pa55',
        MONGODB_URI: locked.url,
      }),
    ]) {
      const begun = Date.now();
      const error = await openSink('tweets-processed', { url: undefined }, around).catch((error) => error);
      expect(error).toMatchObject({
        code: 'failed',
        message: /refused the login/,
        hint: /CRYPTOPIPE_MONGO_USER/,
      });
      expect(JSON.stringify([error, error.message, error.hint])).not.toContain('wr0ng-pa55');
      expect(Date.now() - begun).toBeLessThan(slowest(3000));
    }
  });
});
