import { expect, test } from 'vitest';
import type { Chunk } from '../../../src/sources/source.ts';
import { readRule } from '../../../src/sources/x/rules/rule.ts';
import { x } from '../../../src/sources/x/x.ts';
import type { XStub, XStubSettings } from '../../stubs/x.ts';
import {
  connected,
  defaultsOf,
  pass,
  passUntil,
  type Run,
  run,
  stage,
  turnLoop,
  type XSettings,
} from './harness.ts';

let stub: XStub;
let running: Run | undefined;

const MINUTE = 60_000;

const isoAt = (time: number) => new Date(time).toISOString();

async function ready(settings: XStubSettings = {}) {
  const set = await stage(settings);
  stub = set.stub;
  let streams = 0;
  const start = async (given: Partial<XSettings> = {}) => {
    running = run(set.desk, stub.url, { rules: [readRule('btc=bitcoin')], ...given });
    await connected(stub, set.clock, ++streams);
  };
  return { ...set, start };
}

const backfills = () => stub.log.of('/stream').map(({ query }) => query.get('backfill_minutes'));

test('the first start ever has no gap', async () => {
  const { start, desk, clock } = await ready();
  await start();
  stub.post();
  await pass(clock, 300);
  expect(desk.gaps()).toEqual([]);
  expect(JSON.parse(desk.positions.get('x/tweets')!)).toEqual({
    heard: '2026-03-02T10:15:00.000Z',
    month: '2026-03',
    posts: 1,
  });
});

test('the first stream ever is opened once the position is written: a kill after that has its gap', async () => {
  const { desk } = await ready();
  const settings = { ...defaultsOf(stub.url, { rules: [readRule('btc=bitcoin')] }), topic: undefined };
  const context = desk.context(new AbortController().signal);
  const chunks = x.read({ ...settings, kinds: ['tweets'] }, context)[Symbol.asyncIterator]();
  const isPosition = (chunk: Chunk) => chunk.position?.name === 'x/tweets';
  const take = async (): Promise<Chunk> => (await chunks.next()).value;
  while (!isPosition(await take()));
  // A stage has written a chunk when it has taken the next one.
  expect(isPosition(await take())).toBe(true);
  expect(stub.log.of('/stream')).toEqual([]);
  await chunks.return?.();
});

test('a gap lasts from the last byte to the reconnect', async () => {
  const { start, desk, clock } = await ready();
  await start();
  await pass(clock, 30_000);
  stub.fail('503', { times: 2 });
  await stub.hangUp('drop');
  await connected(stub, clock, 2);
  await pass(clock, 100);
  expect(desk.gaps()).toEqual([
    {
      source: 'x',
      from: '2026-03-02T10:15:20.000Z',
      to: expect.stringMatching(/^2026-03-02T10:15:4[56]/),
      reason: 'disconnect, server error',
      backfilled: false,
    },
  ]);
});

type Set = Awaited<ReturnType<typeof ready>>;
const STALLS: readonly (readonly [string, (set: Set) => Promise<void>])[] = [
  ['whose timers come first', ({ clock }) => clock.turn(15_000)],
  [
    'whose bytes are read first',
    async ({ desk, clock }) => {
      desk.now = () => clock.now() + 15_000;
    },
  ],
];
test.each(STALLS)('after a process stall (%s) the gap begins where it stalled', async (_, stall) => {
  const set = await ready({ keepAliveMs: 0 });
  await set.start();
  await pass(set.clock, 5000);
  const stoodAt = set.clock.now();
  stub.post();
  await stall(set);
  await pass(set.clock, 200);
  await stub.hangUp('drop');
  await connected(stub, set.clock, 2);
  await pass(set.clock, 100);
  expect(set.desk.of('tweets')).toMatchObject([{ headers: { received_at: isoAt(stoodAt + 15_000) } }]);
  expect(set.desk.gaps()).toMatchObject([{ reason: 'disconnect', from: isoAt(stoodAt) }]);
});

test('a stream that survives a process stall has no gap there', async () => {
  const { start, desk, clock } = await ready({ keepAliveMs: 0 });
  await start();
  await pass(clock, 5000);
  stub.post();
  await clock.turn(15_000);
  await pass(clock, 1500);
  const from = clock.now();
  await stub.keepAlive();
  await pass(clock, 20_000);
  expect(stub.log.accepted).toBe(1);
  await stub.hangUp('drop');
  await connected(stub, clock, 2);
  await pass(clock, 100);
  expect(desk.gaps()).toMatchObject([{ from: isoAt(from) }]);
});

test('a stream that ends while its consumer is slow: the gap begins where reading was paused', async () => {
  const { start, desk, clock } = await ready({ keepAliveMs: 0 });
  await start();
  await pass(clock, 5000);
  running!.hold(true);
  const pausedAt = clock.now();
  for (let count = 0; count < 3000; count++) stub.post();
  await pass(clock, 15_000);
  await stub.hangUp('end');
  running!.hold(false);
  await connected(stub, clock, 2);
  await pass(clock, 1000);
  expect(desk.of('tweets')).toHaveLength(3000);
  const from = Date.parse(desk.gaps()[0]!.from as string);
  expect(Math.abs(from - pausedAt)).toBeLessThanOrEqual(1000);
});

test('keep-alives renew the position, so that a kill at a quiet time is marked from the last of them', async () => {
  const { start, desk, clock } = await ready();
  await start();
  await pass(clock, 65_000);
  running!.kill();
  await turnLoop();
  await pass(clock, 3 * MINUTE);
  await start();
  await pass(clock, 100);
  expect(desk.gaps()).toEqual([
    {
      source: 'x',
      from: '2026-03-02T10:16:00.000Z',
      to: expect.stringMatching(/^2026-03-02T10:19:05/),
      reason: 'restart',
      backfilled: false,
    },
  ]);
});

test('a clean stop leaves a position, and the next start a gap', async () => {
  const { start, desk, clock } = await ready();
  await start();
  await running!.stop();
  await pass(clock, MINUTE);
  await start();
  await pass(clock, 100);
  expect(desk.gaps()).toMatchObject([{ reason: 'restart' }]);
});

test('after kill -9 backfill restores lost posts and repeats stored ones', async () => {
  const { start, desk, clock } = await ready();
  await start({ backfill: 5 * MINUTE });
  const kept = stub.post();
  await passUntil(clock, () => desk.of('tweets').length === 1, 1000);
  const lost = stub.post();
  await turnLoop();
  running!.kill();
  await turnLoop();
  const missed = stub.post();
  await pass(clock, 90_000);
  await start({ backfill: 5 * MINUTE });
  await passUntil(clock, () => desk.of('tweets').length === 4, 1000);
  expect(desk.ids()).toEqual([kept.id, kept.id, lost.id, missed.id]);
  expect(backfills()).toEqual([null, '2']);
  await pass(clock, 21_000, 1000);
  expect(desk.gaps()).toMatchObject([{ reason: 'restart', backfilled: true }]);
});

test('posts are repeated after a reconnect and written again: select drops them', async () => {
  const { start, desk, clock } = await ready();
  await start({ backfill: 2 * MINUTE });
  const first = stub.post();
  await pass(clock, 300);
  await stub.hangUp('reset');
  await connected(stub, clock, 2);
  await passUntil(clock, () => desk.of('tweets').length === 2, 1000);
  expect(desk.ids()).toEqual([first.id, first.id]);
  expect(backfills()).toEqual([null, '1']);
});

test('a gap longer than --backfill is not covered', async () => {
  const { start, desk, clock } = await ready();
  await start({ backfill: 2 * MINUTE });
  await stub.keepAlive();
  await pass(clock, 300);
  stub.fail('503', { times: 6 });
  await stub.hangUp('drop');
  await connected(stub, clock, 2);
  await pass(clock, 100);
  expect(backfills().at(-1)).toBe('2');
  await pass(clock, 21_000, 1000);
  expect(desk.gaps()).toMatchObject([{ backfilled: false }]);
});

test('without --backfill nothing is requested again', async () => {
  const { start, clock } = await ready({ backfill: false });
  await start();
  await stub.hangUp('drop');
  await connected(stub, clock, 2);
  expect(backfills().every((minutes) => minutes === null)).toBe(true);
});

test.each([
  ['ends', (of: XStub) => of.hangUp('drop'), '3'],
  ['falls silent', async (of: XStub) => of.silence(), '4'],
] as const)(
  'a stream that %s too early does not count as backfill: the next one requests all of it',
  async (_, spoil, again) => {
    const { start, desk, clock } = await ready();
    await start({ backfill: 5 * MINUTE });
    await pass(clock, 20_200);
    const from = clock.now() - 200;
    stub.fail('503', { times: 5 });
    await stub.hangUp('drop');
    await connected(stub, clock, 2);
    await spoil(stub);
    expect(desk.gaps()).toEqual([]);
    expect(JSON.parse(desk.positions.get('x/tweets')!).heard).toBe(new Date(from).toISOString());
    await connected(stub, clock, 3);
    expect(backfills().slice(-2)).toEqual(['3', again]);
    const to = clock.now();
    await pass(clock, 21_000, 1000);
    expect(desk.gaps()).toMatchObject([
      {
        from: new Date(from).toISOString(),
        reason: expect.stringMatching(/^disconnect, server error/),
        backfilled: true,
      },
    ]);
    expect(to - Date.parse(desk.gaps()[0]!.to as string)).toBeLessThan(200);
  },
);

test('a kill before a stream has proved to work: the next start asks for the whole gap', async () => {
  const { start, desk, clock } = await ready();
  await start({ backfill: 5 * MINUTE });
  await pass(clock, 20_200);
  running!.kill();
  await pass(clock, 2 * MINUTE, 1000);
  await start({ backfill: 5 * MINUTE });
  await pass(clock, 5000);
  running!.kill();
  await turnLoop();
  await start({ backfill: 5 * MINUTE });
  await pass(clock, 21_000);
  expect(backfills()).toEqual([null, '3', '3']);
  expect(desk.gaps()).toMatchObject([
    { from: '2026-03-02T10:15:20.000Z', reason: 'restart', backfilled: true },
  ]);
});

test.each(['400', '403'] as const)(
  'a plan without backfill, HTTP %s: reading goes on without it, and that is said once',
  async (fault) => {
    const { start, desk, clock } = await ready();
    await start({ backfill: 5 * MINUTE });
    for (const count of [2, 3]) {
      await pass(clock, 30_000, 500);
      if (count === 2) stub.fail(fault);
      await stub.hangUp('drop');
      await connected(stub, clock, count);
    }
    const { id } = stub.post();
    await pass(clock, 200);
    expect(desk.ids()).toEqual([id]);
    expect(backfills()).toEqual([null, '1', null, null]);
    expect(desk.gaps()).toMatchObject([{ backfilled: false }, { backfilled: false }]);
    expect(desk.logged.filter((line) => line.includes('backfill'))).toEqual([
      expect.stringMatching(/^X refused the backfill \(HTTP 40.*continuing without/),
    ]);
  },
);

test('the status line says since when X is away, until it is heard again', async () => {
  const { start, desk, clock } = await ready();
  await start();
  await pass(clock, 20_200);
  stub.fail('503', { times: 2 });
  await stub.hangUp('drop');
  await pass(clock, 8000);
  expect(desk.status).toBe('x: away since 2026-03-02T10:15:20.000Z (server error)');
  await connected(stub, clock, 2);
  expect(desk.status).toBe('posts 0 this month');
});

test('a gap that is still open when the run ends is marked by the next start', async () => {
  const { start, desk, clock } = await ready();
  await start();
  await stub.keepAlive();
  await pass(clock, 300);
  stub.fail('503', { times: 100 });
  await stub.hangUp('drop');
  await pass(clock, 30_000);
  await running!.stop();
  expect(desk.gaps()).toEqual([]);
  stub.heal();
  await start();
  await pass(clock, 100);
  expect(desk.gaps()).toMatchObject([{ reason: 'restart', from: '2026-03-02T10:15:00.000Z' }]);
});
