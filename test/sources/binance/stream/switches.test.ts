import { expect, test } from 'vitest';
import { START } from '../../turned.ts';
import { barsIn, DAY, expected, facts, gapsIn, MINUTE, running, together } from '../run.ts';

const FIRST = START - 75.5 * MINUTE;

async function live(changes = {}) {
  const setUp = await together();
  const run = running(setUp.read(changes), setUp.around, setUp.stub);
  await run.until(() => setUp.stub.open() === 1 && run.records.length >= 75);
  await run.pass(MINUTE);
  const isWhole = (): void => {
    const bars = barsIn(run.records).filter(({ final }) => final);
    const end = Date.parse(bars.at(-1)!.end);
    expect(bars.map(facts)).toEqual(expected(setUp.stub, 'BTCUSDT', FIRST, end));
    expect(setUp.around.context.now() - end).toBeLessThan(2.5 * MINUTE);
  };
  return { ...setUp, run, isWhole };
}

test('serverShutdown opens the next connection before the old one is dropped: nothing is missed, and no gap', async () => {
  const { stub, run, isWhole } = await live();
  stub.streams.announceShutdown();
  await run.until(() => stub.connects() === 2 && stub.open() === 1);
  await run.pass(3 * MINUTE);
  isWhole();
  expect(gapsIn(run.records)).toEqual([]);
  await run.stop();
});

test('serverShutdown without the name of a stream counts, too', async () => {
  const { stub, run, around, isWhole } = await live();
  stub.streams.send({ e: 'serverShutdown', E: around.context.now() });
  await run.until(() => stub.connects() === 2 && stub.open() === 1);
  await run.pass(MINUTE);
  isWhole();
  await run.stop();
});

test('each ping is answered with its payload, so that the connection is not cut', async () => {
  const { stub, run, isWhole } = await live();
  await run.pass(10 * MINUTE);
  isWhole();
  expect(stub.connects()).toBe(1);
  expect(stub.streams.mostMessages).toBeGreaterThan(0);
  await run.stop();
});

test('a server that shuts down before the next connection is open leaves a gap', async () => {
  const { stub, run, around, isWhole } = await live();
  const { sleep } = around.context;
  let cuts = 0;
  // After the second announcement the source waits before it connects.
  Object.assign(around.context, {
    sleep: async (span: number, until?: AbortSignal) => {
      if (span >= 1000 && until === undefined && stub.connects() === 2 && cuts++ === 0) {
        stub.streams.cut();
        await expect.poll(() => stub.open()).toBe(0);
      }
      return sleep(span, until);
    },
  });
  for (const connects of [2, 3]) {
    stub.streams.announceShutdown();
    await run.until(() => stub.connects() === connects && stub.open() === 1);
  }
  await run.pass(2 * MINUTE);
  isWhole();
  expect(cuts).toBeGreaterThan(0);
  expect(gapsIn(run.records)).toMatchObject([{ reason: 'closed (1006)', backfilled: true }]);
  await run.stop();
});

test('a server that announces its shutdown again and again is not connected to without waits', async () => {
  const { stub, run, around } = await live();
  for (let count = 2; count < 7; count++) {
    stub.streams.announceShutdown();
    await run.until(() => stub.connects() === count && stub.open() === 1);
  }
  expect(around.sleeps.filter((span) => span >= 1000).length).toBeGreaterThanOrEqual(3);
  await run.stop();
});

test('a connection that is cut for its age, as after 24 hours, is opened again', async () => {
  const { stub, run, isWhole } = await live();
  expect(stub.streams.longestLifeMs).toBe(DAY);
  stub.streams.longestLifeMs = 5 * MINUTE;
  await run.until(() => gapsIn(run.records).length === 1);
  await run.pass(2 * MINUTE);
  isWhole();
  expect(stub.connects()).toBe(2);
  expect(gapsIn(run.records)).toMatchObject([{ reason: 'closed (1006)', backfilled: true }]);
  await run.stop();
});

test('45 s without a message or ping end the connection, and the gap is backfilled', async () => {
  const { stub, run, around, isWhole } = await live();
  stub.streams.isSilent = true;
  await run.until(() => stub.connects() === 2);
  stub.streams.isSilent = false;
  await run.pass(3 * MINUTE);
  isWhole();
  expect(gapsIn(run.records)).toMatchObject([{ reason: 'silent for 45s', backfilled: true }]);
  expect(around.warnings).toEqual(['binance: silent for 45s; reconnecting']);
  await run.stop();
});

test('a quiet market with pings alone stays connected, and REST has its bars', async () => {
  const { stub, run, isWhole } = await live();
  stub.streams.mute.add('BTCUSDT');
  stub.streams.cut();
  await run.until(() => stub.connects() === 2);
  await run.pass(6 * MINUTE);
  isWhole();
  expect(stub.connects()).toBe(2);
  await run.stop();
});

test('a final message that is lost is found by the next bar', async () => {
  const { stub, run, isWhole } = await live();
  stub.streams.loses = (_, start) => (start / MINUTE) % 2 === 0;
  await run.pass(6 * MINUTE);
  isWhole();
  expect(gapsIn(run.records)).toEqual([]);
  await run.stop();
});

test('time in which the exchange stands still is a gap that is not backfilled', async () => {
  const { stub, run, around, isWhole } = await live();
  const from = Math.ceil(around.context.now() / MINUTE) * MINUTE + MINUTE;
  stub.exchange.downtimes.push({ from, to: from + 2 * MINUTE });
  await run.pass(8 * MINUTE);
  isWhole();
  expect(gapsIn(run.records)).toMatchObject([
    { from: new Date(from).toISOString(), to: new Date(from + 2 * MINUTE).toISOString(), backfilled: false },
  ]);
  await run.stop();
});

test('a gap in which the exchange lacks bars is not backfilled', async () => {
  const { stub, run, around } = await live();
  const from = Math.ceil(around.context.now() / MINUTE) * MINUTE + MINUTE;
  stub.exchange.downtimes.push({ from, to: from + MINUTE });
  stub.streams.cut();
  stub.refuse({ status: 503 }, 12);
  await run.until(() => gapsIn(run.records).length === 2);
  expect(gapsIn(run.records).map(({ backfilled }) => backfilled)).toEqual([false, false]);
  await run.stop();
});

test('bars that are still running are written with --provisional alone, and the final one follows', async () => {
  const plain = await live();
  await plain.run.stop();
  expect(barsIn(plain.run.records).every(({ final }) => final)).toBe(true);
  const { run, isWhole } = await live({ provisional: true });
  await run.pass(2 * MINUTE);
  isWhole();
  const provisional = barsIn(run.records).filter(({ final }) => !final);
  expect(provisional.length).toBeGreaterThan(10);
  await run.stop();
});

test('a message that is no JSON, or a kline without its fields, is rejected; others are ignored', async () => {
  const { stub, run, isWhole } = await live();
  stub.streams.sendText('{"stream":');
  stub.streams.send({ stream: 'btcusdt@kline_1m', data: { e: 'kline', s: 'BTCUSDT', k: { t: 1 } } });
  stub.streams.send({ stream: 'btcusdt@trade', data: { e: 'trade', s: 'BTCUSDT' } });
  await run.pass(2 * MINUTE);
  isWhole();
  const rejects = run.records
    .filter(({ topic }) => topic === 'rejects')
    .map(({ value }) => JSON.parse(value!).why);
  expect(rejects).toEqual([expect.stringContaining('not JSON'), 'a kline without s, k.t or k.x']);
  await run.stop();
});

test.each([
  [2, 'Invalid request: unknown variable'],
  [3, 'Invalid JSON: expected value at line 1'],
])('error %i of the stream, %s, stops the source with the reason', async (code, msg) => {
  const { stub, run } = await live();
  stub.streams.send({ code, msg });
  expect(await run.failure()).toMatchObject({
    code: 'failed',
    message: expect.stringContaining(`${code} ${msg}`),
  });
  await expect.poll(() => stub.open()).toBe(0);
});

test('a night of sleep: the gap and its bars are there after the clock has jumped', async () => {
  const { run, around, stub, isWhole } = await live();
  around.turn(9 * 60 * MINUTE);
  stub.streams.cut();
  await run.until(() => gapsIn(run.records).length > 0);
  await run.pass(2 * MINUTE);
  isWhole();
  expect(gapsIn(run.records)).toMatchObject([{ backfilled: true }]);
  await run.stop();
});
