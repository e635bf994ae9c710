import { afterEach, describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import type { CandleRow, PostRow } from '../../../src/page/model/wire.ts';
import { noise, signalRecord, signalRows } from '../../market/lead/lead-data.ts';
import { candleRecord, deletionOf, postOf, START } from '../records.ts';
import { type EventStream, type Served, served } from './served.ts';

const SELECTION = 'coin=btc&quote=usdt&source=test&window=10m';
const open: Served[] = [];
const streams: EventStream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  for (const page of open.splice(0)) await page.close();
});

async function start(changes: Parameters<typeof served>[0] = {}): Promise<Served> {
  const page = await served(changes);
  open.push(page);
  return page;
}

async function follow(
  page: Served,
  query: string,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  const stream = await page.events(query, headers);
  streams.push(stream);
  return stream;
}

/** The history, as soon as it holds so many candles and posts. */
async function loaded(page: Served, candles: number, posts = 0) {
  await page.eventually(async () => {
    const history = await page.history();
    return history.candles.length === candles && history.newest.length === posts;
  });
  return page.history();
}

const changesOf = ({ events }: EventStream) => events.filter(({ event }) => event === 'changes');
const closesOf = (stream: EventStream) =>
  changesOf(stream).flatMap(({ data }) => (data.candles as CandleRow[]).map((row) => row[5]));
const postsOf = (stream: EventStream) =>
  changesOf(stream).flatMap(({ data }) => (data.newest as PostRow[]).map(({ id }) => id));

describe('a page', () => {
  test('its history holds what is on the bus, and names its coins', async () => {
    const page = await start();
    await page.append(candleRecord(0), candleRecord(10), postOf('1', 5), postOf('2', 7, { coin: 'eth' }));
    const history = await loaded(page, 2, 1);
    expect(history.selection).toEqual({ coin: 'btc', quote: 'usdt', source: 'test', window: '10m' });
    expect(history.candles.map(([start]) => (start - START) / MINUTE)).toEqual([0, 10]);
    expect(history.newest.map(({ id }) => id)).toEqual(['1']);
    expect(history.coins.map(({ coin, posts }) => [coin, posts])).toEqual([
      ['btc', 1],
      ['eth', 1],
    ]);
  });

  test('it answers whether attention leads the return, from topic signals', async () => {
    const page = await start();
    const none = JSON.parse((await page.get('/lead?coin=btc&window=10m')).body);
    expect(none).toEqual({ lead: null, why: 'No signals yet.' });
    const rows = signalRows({ coin: 'btc', attention: noise(1, 'a', 60), returns: noise(1, 'r', 60) });
    await page.append(...rows.map((row) => signalRecord(row)));
    const lead = async () => JSON.parse((await page.get('/lead?coin=btc&window=10m')).body).lead;
    await page.eventually(async () => (await lead()) !== null);
    const { sentences, byLag } = await lead();
    expect(sentences[0]).toMatch(/^No lead found: /);
    expect(byLag).toHaveLength(13);
  });

  test('a new record reaches a connected page within half a second, on topics that did not exist before too', async () => {
    const page = await start();
    const { position } = await page.history();
    const stream = await follow(page, `${SELECTION}&after=${position}`);
    await page.append(candleRecord(0, { close: 7 }));
    await page.eventually(() => closesOf(stream).length > 0);
    const at = page.clock.monotonic();
    await page.append(candleRecord(0, { close: 8 }));
    await page.eventually(() => closesOf(stream).includes(8));
    expect(page.clock.monotonic() - at).toBeLessThanOrEqual(500);
  });

  test('a page gets the records of its own selection only', async () => {
    const page = await start();
    const stream = await follow(page, `${SELECTION}&after=`);
    await page.append(candleRecord(0, { window: '1h' }), postOf('1', 1, { coin: 'eth' }), postOf('2', 1));
    await page.eventually(() => postsOf(stream).includes('2'));
    expect([closesOf(stream), postsOf(stream)]).toEqual([[], ['2']]);
  });

  test('the state of the stages comes every two seconds', async () => {
    const stage = {
      stage: 'select',
      in: 5,
      out: 3,
      late: 1,
      rejected: 2,
      lag: { a: 4, b: 5 },
      watermark: START,
    };
    const page = await start({ stages: () => [stage] });
    const stream = await follow(page, `${SELECTION}&after=`);
    const statuses = () => stream.events.filter(({ event }) => event === 'status');
    await page.eventually(() => statuses().length >= 3);
    expect(statuses()[2]!.data.stages).toMatchObject([
      { name: 'select', kind: 'stage', records: 5, lag: 9, late: 1, rejected: 2, watermark: START },
    ]);
  });
});

describe('a page that lost its connection', () => {
  test('a page that reconnects gets what came after its last event id, deletions too', async () => {
    const page = await start();
    await page.append(candleRecord(0), postOf('1', 1), postOf('2', 2));
    const { position } = await loaded(page, 1, 2);
    await page.append(candleRecord(10, { close: 7 }), postOf('3', 3), deletionOf('1'));
    await loaded(page, 2, 2);
    const stream = await follow(page, `${SELECTION}&after=ignored`, { 'last-event-id': position });
    await page.eventually(() => changesOf(stream).length > 0);
    expect([closesOf(stream), postsOf(stream), changesOf(stream)[0]!.data.deleted]).toEqual([
      [7],
      ['3'],
      ['1'],
    ]);
  });

  test('a page misses nothing when its server is started again', async () => {
    const page = await start();
    await page.append(candleRecord(0), postOf('1', 1));
    const { position } = await loaded(page, 1, 1);
    await page.stop();
    await page.append(candleRecord(10, { close: 7 }), postOf('2', 2));
    await page.serve();
    // Before it has read as far as the page had, a server tells the page to load everything again.
    await loaded(page, 2, 2);
    const stream = await follow(page, SELECTION, { 'last-event-id': position });
    await page.eventually(() => changesOf(stream).length > 0);
    expect([closesOf(stream), postsOf(stream)]).toEqual([[7], ['2']]);
  });

  test('a page loads everything again when a topic was recreated', async () => {
    const page = await start();
    await page.append(candleRecord(0), candleRecord(10));
    const { position } = await loaded(page, 2);
    await page.log.deleteTopic('candles');
    await page.append(candleRecord(0, { close: 55 }));
    await page.eventually(async () => (await page.history()).candles[0]?.[5] === 55);
    expect((await page.history()).candles).toHaveLength(1);
    const stream = await follow(page, SELECTION, { 'last-event-id': position });
    await page.eventually(() => stream.events.some(({ event }) => event === 'reset'));
  });
});
