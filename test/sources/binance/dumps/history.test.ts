import { expect, test } from 'vitest';
import type { ChangeRow } from '../../../stubs/binance/dumps.ts';
import { START } from '../../turned.ts';
import { barsIn, collect, DAY, expected, facts, gapsIn, HOUR, MINUTE, together } from '../run.ts';

const INTERVAL = 30 * MINUTE;
const SINCE = Date.UTC(2025, 11, 1);
const END = Math.floor(START / INTERVAL) * INTERVAL;

async function history() {
  const setUp = await together({ once: true });
  const settings = { since: SINCE, interval: INTERVAL };
  const run = async (changes = {}) => collect(setUp.read({ ...settings, ...changes }), setUp.around);
  const zips = () => setUp.stub.dumps.sent.filter((name) => name.endsWith('.zip'));
  /** All bars that the exchange has. */
  const all = (from = SINCE) => expected(setUp.stub, 'BTCUSDT', from, END, INTERVAL);
  return { ...setUp, run, zips, all };
}

test('months, days and REST are one series, in order and without a seam', async () => {
  const { run, zips, all, stub } = await history();
  expect(barsIn(await run()).map(facts)).toEqual(all());
  expect(zips()).toEqual([
    ...['2025-12', '2026-01', '2026-02'].map((month) => `BTCUSDT-30m-${month}.zip`),
    'BTCUSDT-30m-2026-03-01.zip',
  ]);
  expect(stub.requests.filter((path) => path.includes('/klines?')).length).toBe(2);
});

test('a bar of a dump, of REST and of the stream are the same record, but for the time of receipt', async () => {
  const text = (records: Awaited<ReturnType<typeof collect>>) =>
    records.map(({ value, ...rest }) => [rest, value?.replace(/,"received_at":"[^"]*"/, '')]);
  const files = await history();
  const rest = await history();
  rest.stub.dumps.isAway = true;
  const since = { since: Date.UTC(2026, 2, 1) };
  expect(text(await files.run(since))).toEqual(text(await rest.run(since)));
  expect([files.zips().length, rest.zips().length]).toEqual([1, 0]);
});

test('a header line is left out', async () => {
  const { run, all, stub } = await history();
  stub.dumps.hasHeader = true;
  const records = await run();
  expect(barsIn(records).map(facts)).toEqual(all());
  expect(records.filter(({ topic }) => topic === 'rejects')).toEqual([]);
});

test('times in milliseconds before 2025 and in microseconds from then on are the same', async () => {
  const { run, all } = await history();
  const since = Date.UTC(2024, 11, 30);
  expect(barsIn(await run({ since })).map(facts)).toEqual(all(since));
});

test('a month that is not there yet is read by its days, and a day by REST', async () => {
  const { run, all, zips, stub } = await history();
  stub.dumps.absent.add('BTCUSDT-30m-2026-02.zip');
  stub.dumps.absent.add('BTCUSDT-30m-2026-02-11.zip');
  expect(barsIn(await run()).map(facts)).toEqual(all());
  expect(zips()).toContain('BTCUSDT-30m-2026-02-10.zip');
  expect(zips().length).toBe(2 + 27 + 1);
});

test('the history of a coin that is younger begins with its first bar', async () => {
  const { run, all, stub, around } = await history();
  const listedAt = Date.UTC(2026, 1, 3, 8);
  stub.exchange.markets.set('BTCUSDT', { ...stub.exchange.markets.get('BTCUSDT')!, listedAt });
  const records = await run();
  expect(barsIn(records).map(facts)).toEqual(all(listedAt));
  expect(gapsIn(records)).toEqual([]);
  expect(around.logged).toContain('binance: the history of BTCUSDT begins at 2026-02-03T08:00:00.000Z');
});

test('bars that a dump lacks come by REST', async () => {
  const { run, all, stub } = await history();
  const from = Date.UTC(2025, 11, 5);
  stub.dumps.replace('BTCUSDT-30m-2025-12.zip', (row) =>
    row[0] >= from && row[0] < from + HOUR ? undefined : row,
  );
  const records = await run();
  expect(barsIn(records).map(facts)).toEqual(all());
  expect(gapsIn(records)).toEqual([]);
});

test('bars that the exchange itself lacks are a gap that is not backfilled', async () => {
  const { run, all, stub } = await history();
  const from = Date.UTC(2025, 11, 5);
  stub.exchange.downtimes.push({ from, to: from + 3 * HOUR });
  const records = await run();
  expect(barsIn(records).map(facts)).toEqual(all());
  expect(gapsIn(records)).toEqual([
    {
      source: 'binance',
      from: '2025-12-05T00:00:00.000Z',
      to: '2025-12-05T03:00:00.000Z',
      reason: 'no bars of BTCUSDT at the exchange',
      backfilled: false,
    },
  ]);
});

test('an earlier --since reads only what is missing', async () => {
  const { run, all, zips } = await history();
  await run();
  const before = zips().length;
  const earlier = SINCE - 40 * DAY;
  expect(barsIn(await run({ since: earlier })).map(facts)).toEqual(
    all(earlier).filter(([start]) => Number(start) < SINCE),
  );
  expect(zips().slice(before)).toEqual(['BTCUSDT-30m-2025-10.zip', 'BTCUSDT-30m-2025-11.zip']);
});

test('--since after live bars fills the time before them', async () => {
  const { run, all } = await history();
  const live = barsIn(await run({ since: undefined }));
  const old = barsIn(await run());
  expect([...old, ...live].map(facts)).toEqual(all());
});

test('a file that differs from its checksum three times is named, and REST has its bars', async () => {
  const { run, all, zips, stub, around } = await history();
  stub.dumps.mismatched.add('BTCUSDT-30m-2025-12.zip');
  stub.dumps.isAway = false;
  expect(barsIn(await run()).map(facts)).toEqual(all());
  expect(zips().filter((name) => name.includes('2025-12.zip')).length).toBe(3);
  expect(around.warnings).toEqual([
    expect.stringContaining('BTCUSDT-30m-2025-12.zip does not fit its checksum'),
  ]);
});

const CHANGED = Date.UTC(2025, 11, 7, 4, 30);
const change: ChangeRow = (row) => {
  if (row[0] !== CHANGED) return row;
  const [start, open, high, low, close, ...rest] = row;
  return [start, open, String(Number(high) + 5), low, close, ...rest];
};

test('a replaced dump is noticed by its checksum a day later, and the days that changed are written again', async () => {
  const { run, stub, around } = await history();
  await run();
  stub.dumps.replace('BTCUSDT-30m-2025-12.zip', change);
  around.turn(DAY);
  const bars = barsIn(await run());
  const again = bars.filter(({ start }) => Date.parse(start) < END);
  const start = Math.floor(CHANGED / DAY) * DAY;
  const day = expected(stub, 'BTCUSDT', start, start + DAY, INTERVAL);
  expect(again.map(({ start }) => start)).toEqual(
    day.map(([start]) => new Date(Number(start)).toISOString()),
  );
  expect(again[9]!.high).toBeCloseTo(Number(day[9]![2]) + 5, 6);
  expect(around.warnings).toEqual([
    'binance: BTCUSDT-30m-2025-12.zip was replaced; 1 day of it changed and is written again',
  ]);
  around.turn(2 * DAY);
  const later = barsIn(await run());
  expect(later.filter(({ start }) => Date.parse(start) < END)).toEqual([]);
});

test('a replaced dump whose correction is killed is corrected by the next run', async () => {
  const { run, read, stub, around } = await history();
  await run();
  stub.dumps.replace('BTCUSDT-30m-2025-12.zip', change);
  around.turn(DAY);
  const changes = { since: SINCE, interval: INTERVAL };
  expect(barsIn(await collect(read(changes), around, 2))).toEqual([]);
  const again = barsIn(await run()).filter(({ start }) => Date.parse(start) < END);
  expect(again.length).toBe(48);
});

test('all of a dump is written again if it is replaced before its day hashes are stored', async () => {
  const { run, read, stub, around } = await history();
  const bars = barsIn(await collect(read({ since: SINCE, interval: INTERVAL }), around, 4));
  expect(bars.length).toBe(31 * 48);
  stub.dumps.replace('BTCUSDT-30m-2025-12.zip', change);
  around.turn(DAY);
  const again = barsIn(await run()).filter(({ start }) => start < '2026');
  const changed = again.filter(({ high }, i) => high !== bars[i]!.high).map(({ start }) => Date.parse(start));
  expect(changed).toEqual([CHANGED]);
  expect(again.map(({ start }) => start)).toEqual(bars.map(({ start }) => start));
});

test('a row without a time is rejected with its file and line', async () => {
  const { run, all, stub } = await history();
  const at = Date.UTC(2025, 11, 7);
  stub.dumps.replace('BTCUSDT-30m-2025-12.zip', (row) =>
    row[0] === at ? (['', ...row.slice(1)] as unknown as typeof row) : row,
  );
  const records = await run();
  expect(barsIn(records).map(facts)).toEqual(all());
  const rejects = records.filter(({ topic }) => topic === 'rejects').map(({ value }) => JSON.parse(value!));
  expect(rejects).toMatchObject([
    { source: 'binance', file: 'BTCUSDT-30m-2025-12.zip', line: 6 * 48 + 1, why: 'no open time of a bar' },
  ]);
});
