import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { readRule } from '../../../src/sources/x/rules/rule.ts';
import type { Farewell, Fault, XStub, XStubSettings } from '../../stubs/x.ts';
import {
  connected,
  pass,
  passUntil,
  type Run,
  run,
  stage,
  TOKEN,
  turnLoop,
  type XSettings,
} from './harness.ts';

let stub: XStub;
let running: Run | undefined;

const BTC = { rules: [readRule('btc=bitcoin')] };
const SECOND = 1000;

async function live(settings: XStubSettings = {}, given: Partial<XSettings> = BTC) {
  const set = await stage(settings);
  stub = set.stub;
  running = run(set.desk, stub.url, given);
  await connected(stub, set.clock);
  stub.post();
  await pass(set.clock, 200);
  return set;
}

const streams = () => stub.log.of('/stream');
/** Time from one try to open a stream to the next. */
const waits = () =>
  streams()
    .map(({ at }, index, all) => (index === 0 ? 0 : at - all[index - 1]!.at))
    .slice(1);
const errorOf = (ended: Promise<void>): Promise<unknown> =>
  ended.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Drops the open stream; the tries after it go wrong so, `times`. Returns the waits between them. */
async function waitsAfter(fault: Fault, times: number, step = 50, given: XStubSettings = {}) {
  const set = await live(given);
  stub.fail(fault, { times });
  await stub.hangUp('drop');
  await passUntil(set.clock, () => stub.log.accepted === 2, 7_200_000, step);
  return waits().slice(1);
}

describe("reconnects, by X's figures", () => {
  test('a drop of a live stream: at once', async () => {
    const { desk, clock } = await live();
    for (const how of ['drop', 'end', 'reset', 'cut'] as const) {
      const before = streams().length;
      await pass(clock, 20 * SECOND, 1000);
      await stub.hangUp(how);
      for (let turn = 0; turn < 500 && streams().length === before; turn++) await turnLoop(1);
      expect(streams().length).toBe(before + 1);
      await turnLoop();
    }
    expect(stub.log.mostOpen).toBe(1);
    expect(desk.gaps()).toHaveLength(4);
  });

  test('TCP errors: 250 ms more each time, to 16 s', async () => {
    // They do not reach X, so X does not count them.
    const found = await waitsAfter('reset', 70, 50, { connectLimit: 0 });
    expect(found.slice(0, 4).map((wait) => Math.round(wait / 250) * 250)).toEqual([250, 500, 750, 1000]);
    expect(Math.max(...found)).toBeGreaterThanOrEqual(16_000);
    expect(Math.max(...found)).toBeLessThan(16_500);
  });

  test('HTTP 5xx: 5 s, doubled to 320 s, and never given up', async () => {
    const found = await waitsAfter('503', 9, 500);
    const figures = [5, 10, 20, 40, 80, 160, 320, 320, 320].map((seconds) => seconds * SECOND);
    expect(found.map((wait) => Math.floor(wait / SECOND) * SECOND)).toEqual(figures);
  });

  test('an HTML page of something in between counts as a 5xx', async () => {
    expect((await waitsAfter('503-html', 1))[0]).toBeGreaterThanOrEqual(5000);
    await running!.stop();
    await stub.close();
    expect((await waitsAfter('200-html', 1))[0]).toBeGreaterThanOrEqual(5000);
  });

  test('HTTP 429: from 60 s, doubled', async () => {
    const found = await waitsAfter('429-no-reset', 4, 1000);
    expect(found.map((wait) => Math.floor(wait / 10_000) * 10)).toEqual([60, 120, 240, 480]);
  });

  test('HTTP 429 with a reset header: until then', async () => {
    const set = await live();
    stub.fail('429', { resetMs: 425_000 });
    await stub.hangUp('drop');
    await passUntil(set.clock, () => stub.log.accepted === 2, 7_200_000, 500);
    expect(waits()[1]).toBeGreaterThanOrEqual(425_000);
    expect(waits()[1]).toBeLessThan(428_000);
    expect(set.desk.logged.at(-1)).toMatch(
      /^X: rate limit \(HTTP 429: Too Many Requests\); trying again in 7m\d+s$/,
    );
    expect(set.desk.gaps()[0]).toMatchObject({ reason: 'disconnect, rate limit', backfilled: false });
  });

  test("the source waits for X's own connection limit", async () => {
    const set = await live({ connectLimit: 3 });
    for (const count of [2, 3]) {
      await stub.hangUp('drop');
      await connected(stub, set.clock, count);
      await stub.keepAlive();
      await pass(set.clock, 200);
    }
    await stub.hangUp('drop');
    await connected(stub, set.clock, 4);
    expect(waits().at(-1)).toBeGreaterThan(800_000);
  });

  test('429 TooManyConnections after a restart is logged, and the source waits', async () => {
    const set = await live();
    running!.kill();
    // The stub, as X, has not noticed yet that the first one is gone.
    stub.fail('too-many-connections', { times: 2 });
    running = run(set.desk, stub.url, BTC);
    await connected(stub, set.clock, 2);
    expect(
      waits()
        .slice(-2)
        .map((wait) => Math.floor(wait / 10_000) * 10),
    ).toEqual([60, 120]);
    expect(
      set.desk.logged.filter((line) => line.includes('another stream of this app is open')),
    ).toHaveLength(1);
    expect(set.desk.gaps()[0]).toMatchObject({ reason: 'restart, too many connections' });
  });

  test('a half-open socket: given up after 15 s, and closed', async () => {
    const found = await waitsAfter('hang', 2);
    expect(found.map((wait) => Math.floor(wait / SECOND))).toEqual([15, 15]);
    expect(stub.log.mostOpen).toBe(1);
    expect(stub.log.open).toBe(1);
  });

  test('an answer that never ends is given up after 15 s', async () => {
    expect(Math.floor((await waitsAfter('stall', 1))[0]! / SECOND)).toBe(15);
    expect(stub.log.mostOpen).toBe(1);
  });

  const ENDS: readonly (readonly [string, () => Promise<void>, readonly number[]])[] = [
    ['before their first line', () => stub.hangUp('end'), [0, 5, 10, 20, 40, 80, 160, 320, 320]],
    [
      'after a keep-alive',
      async () => {
        await stub.keepAlive();
        await turnLoop();
        await stub.hangUp('drop');
      },
      [0, 5, 10, 20, 40],
    ],
    [
      'after a post',
      async () => {
        stub.post();
        await turnLoop();
        await stub.hangUp('end');
      },
      [0, 5, 10, 20, 40],
    ],
    ['with an in-stream disconnect', () => stub.farewell('operational'), [0, 5, 10, 20, 40]],
    ['for the state of the app', () => stub.farewell('app-suspended'), [5, 10, 20, 40]],
    ['for invalid rules', () => stub.farewell('invalid-rules'), [5, 10, 20, 40]],
    ['for too many connections', () => stub.farewell('too-many-connections'), [60, 120, 240, 480]],
  ];
  test.each(ENDS)('streams that each end at once, %s: each waits longer', async (_, end, figures) => {
    const { clock } = await live();
    for (let count = 1; count <= figures.length; count++) {
      await end();
      await turnLoop();
      await connected(stub, clock, count + 1);
    }
    expect(waits().map((wait) => Math.floor(wait / SECOND / 5) * 5)).toEqual(figures);
    await pass(clock, 21 * SECOND, SECOND);
    const ended = clock.now();
    await end();
    await turnLoop();
    await connected(stub, clock, figures.length + 2);
    expect(Math.floor((streams().at(-1)!.at - ended) / SECOND)).toBe(figures[0]);
  });

  test("an upstream that ends each stream for an hour never meets X's limit of connects", async () => {
    const { clock, desk } = await live();
    for (const end = clock.now() + 3_600_000; clock.now() < end; ) {
      const { accepted } = stub.log;
      await stub.farewell('operational');
      await turnLoop();
      await connected(stub, clock, accepted + 1);
    }
    expect(stub.log.of('/stream').every(({ status }) => status === 200)).toBe(true);
    expect(stub.log.accepted).toBeLessThan(20);
    expect(desk.logged.slice(2)).toEqual([
      expect.stringMatching(/operational-disconnect: .*; trying again in 5s$/),
    ]);
  });
});

describe('the watchdog', () => {
  test('21 s without data do not cause a reconnect: a keep-alive may be late', async () => {
    const { clock, desk } = await live({ keepAliveMs: 21 * SECOND });
    await pass(clock, 120 * SECOND, 500);
    expect(stub.log.accepted).toBe(1);
    expect(desk.counts['keep-alive']).toBe(5);
    expect(desk.gaps()).toEqual([]);
  });

  test('25 s without a byte: reconnects at once', async () => {
    const { clock, desk } = await live({ keepAliveMs: 0 });
    await pass(clock, 24_700, 100);
    expect(stub.log.accepted).toBe(1);
    await connected(stub, clock, 2);
    expect(desk.logged.at(-1)).toBe('X: no data for 25 s; reconnecting');
    expect(desk.gaps()[0]).toMatchObject({ reason: 'silence', from: '2026-03-02T10:15:00.000Z' });
    expect(stub.log.mostOpen).toBe(1);
  });

  test.each([-1, 1])(
    'a clock set by %i h does not delay the silence timeout or reverse a gap',
    async (hours) => {
      const { clock, desk } = await live({ keepAliveMs: 0 }, { ...BTC, backfill: 300_000 });
      await pass(clock, 10 * SECOND);
      desk.now = () => clock.now() + hours * 3_600_000;
      await pass(clock, 15 * SECOND);
      await connected(stub, clock, 2);
      expect(clock.now()).toBeLessThan(Date.UTC(2026, 2, 2, 10, 15, 27));
      await stub.keepAlive();
      await pass(clock, 20 * SECOND);
      await stub.keepAlive();
      await pass(clock, 200);
      expect(stub.log.accepted).toBe(2);
      const [gap] = desk.gaps();
      expect(gap).toMatchObject({ reason: 'silence', backfilled: hours < 0 });
      expect(Date.parse(gap!.from as string)).toBeLessThanOrEqual(Date.parse(gap!.to as string));
    },
  );

  test('pieces of a long line count as data', async () => {
    const { clock, desk } = await live({ keepAliveMs: 0 });
    for (const piece of ['{"data":{"id":"42",', '"text":', '"slow"', '}}\r\n']) {
      await pass(clock, 20 * SECOND, 500);
      await stub.say(piece);
    }
    await pass(clock, 200);
    expect(desk.ids()).toContain('42');
    expect(stub.log.accepted).toBe(1);
  });

  test('a stream that falls silent without closing is replaced', async () => {
    const { clock } = await live();
    stub.silence();
    await connected(stub, clock, 2);
    const { id } = stub.post();
    await pass(clock, 200);
    expect(stub.log.handedOver.at(-1)!.id).toBe(id);
    expect(stub.log.mostOpen).toBe(1);
  });

  test('a slow consumer does not count as silence of X', async () => {
    const { clock, desk } = await live({ keepAliveMs: 0 });
    running!.hold(true);
    for (let count = 0; count < 3000; count++) stub.post();
    await pass(clock, 60 * SECOND, 500);
    running!.hold(false);
    await passUntil(clock, () => desk.of('tweets').length === 3001, 10_000);
    expect(desk.of('tweets')).toHaveLength(3001);
    expect(stub.log.accepted).toBe(1);
  });
});

describe('errors that stop it, each with a hint', () => {
  const ROWS: readonly [Fault, UserError['code'], RegExp, RegExp][] = [
    ['401', 'usage', /rejected the key \(HTTP 401: Unauthorized\)/, /X_BEARER_TOKEN/],
    ['402', 'failed', /requires payment/, /Add credits/],
    [
      '403',
      'usage',
      /Client Forbidden: client-not-enrolled/,
      /in a project and that its plan has the filtered stream/,
    ],
    ['usage-cap', 'failed', /UsageCapExceeded: Usage cap exceeded: Monthly product cap/, /--max-posts/],
    ['usage-cap-402', 'failed', /the monthly posts of your plan are used up/, /Raise the cap/],
    ['400', 'usage', /backfill_minutes is not allowed for this app/, /--x-url/],
    ['404', 'usage', /HTTP 404: Not Found/, /--x-url/],
  ];
  test.each(ROWS)('%s when connecting', async (fault, code, message, hint) => {
    const set = await stage();
    stub = set.stub;
    stub.fail(fault, { times: 1000 });
    running = run(set.desk, stub.url, BTC);
    const userError = await errorOf(running.ended);
    expect(userError).toBeInstanceOf(UserError);
    expect(userError).toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(streams()).toHaveLength(1);
    expect(stub.log.open).toBe(0);
  });

  test.each(['401', '402', '403', 'usage-cap'] as const)('%s when reconnecting', async (fault) => {
    await live();
    stub.fail(fault);
    await stub.hangUp('drop');
    expect(await errorOf(running!.ended)).toBeInstanceOf(UserError);
  });

  test.each(['401', '403'] as const)('%s when the rules are asked for', async (fault) => {
    const set = await stage();
    stub = set.stub;
    stub.fail(fault, { on: 'rules' });
    running = run(set.desk, stub.url, BTC);
    expect(await errorOf(running.ended)).toBeInstanceOf(UserError);
  });

  test('a usage cap inside the stream', async () => {
    const { desk, clock } = await live();
    const { id } = stub.post();
    await stub.farewell('usage-cap');
    await pass(clock, 500);
    expect(await errorOf(running!.ended)).toMatchObject({ hint: expect.stringMatching(/--max-posts/) });
    expect(desk.ids()).toContain(id);
  });

  test('a wrong consumer key is reported as a key error although X answers 403', async () => {
    const set = await stage(
      { consumer: { key: 'right', secret: 'right' } },
      { X_CONSUMER_KEY: 'wrong-key', X_CONSUMER_SECRET: 'wrong-secret' },
    );
    stub = set.stub;
    running = run(set.desk, stub.url, BTC);
    expect(await errorOf(running.ended)).toMatchObject({
      code: 'usage',
      message: 'X rejected the key (HTTP 403: Unable to verify your credentials)',
    });
  });

  test('no key at all, and one that cannot be sent', async () => {
    const set = await stage({}, {});
    stub = set.stub;
    running = run(set.desk, stub.url, BTC);
    expect(await errorOf(running.ended)).toMatchObject({ code: 'usage', message: 'no key for X is set' });
    const other = await stage({}, { X_BEARER_TOKEN: `${TOKEN}\nb` });
    running = run(other.desk, stub.url, BTC);
    const userError = (await errorOf(running.ended)) as UserError;
    expect(userError.message).toContain('X_BEARER_TOKEN contains a space');
    expect(userError.message).not.toContain(TOKEN);
    await other.stub.close();
  });
});

describe('errors inside the stream', () => {
  test.each(['operational', 'forced', 'slow-reader', 'internal'] as const)(
    'in-stream disconnect, %s: reconnects at once',
    async (why: Farewell) => {
      const { desk, clock } = await live();
      const { id } = stub.post();
      await stub.farewell(why);
      await connected(stub, clock, 2);
      await pass(clock, 200);
      expect(waits().at(-1)).toBeLessThan(1000);
      expect(desk.ids()).toContain(id);
      expect(desk.counts.errors).toBe(1);
      expect(desk.gaps()).toEqual([expect.objectContaining({ reason: 'disconnect' })]);
    },
  );

  test('too many connections inside the stream: waits as for a 429', async () => {
    const { clock, desk } = await live();
    await stub.farewell('too-many-connections');
    await connected(stub, clock, 2);
    expect(Math.floor(waits().at(-1)! / 10_000)).toBe(6);
    expect(desk.gaps()[0]!.reason).toBe('too many connections');
  });

  test.each(['invalid-rules', 'app-suspended'] as const)('%s: waits as for an HTTP error', async (why) => {
    const { clock } = await live();
    await stub.farewell(why);
    await connected(stub, clock, 2);
    expect(Math.floor(waits().at(-1)! / SECOND)).toBe(5);
  });
});

describe('409', () => {
  test('RuleConfigurationIssue: says what to do, puts vanished rules back, and goes on', async () => {
    const { clock, desk } = await live();
    stub.book.rules = [];
    await stub.hangUp('drop');
    await connected(stub, clock, 2);
    expect(desk.logged.some((line) => line.includes('add one with --coin or --rule'))).toBe(true);
    expect(stub.book.rules).toMatchObject([{ tag: 'btc', value: 'bitcoin' }]);
    expect(Math.floor(waits().at(-1)! / SECOND)).toBe(5);
  });

  test('missing rules that X rejects are reported in its words, the others are counted', async () => {
    const rules = [readRule('btc=bitcoin'), readRule('eth=ethereum'), readRule('sol=solana')];
    const { clock, desk } = await live({}, { rules });
    stub.book.rules = [];
    stub.book.banned.set('bitcoin', 'no such word').set('ethereum', 'too common');
    await stub.hangUp('drop');
    await connected(stub, clock, 2);
    expect(stub.book.rules).toMatchObject([{ value: 'solana' }]);
    expect(desk.logged.slice(-2)).toEqual([
      'X rejected the rule bitcoin: no such word\nX rejected the rule ethereum: too common',
      'X: 1 missing rule was added again',
    ]);
  });

  test.each(['409-provisioning', '409-invalid-rules'] as const)(
    '%s: tries again after 5 s',
    async (fault) => {
      expect((await waitsAfter(fault, 1)).map((wait) => Math.floor(wait / SECOND))).toEqual([5]);
    },
  );
});

test('the rules are requested again during an outage of X', async () => {
  const set = await stage();
  stub = set.stub;
  for (const fault of ['503', 'reset', '429', 'hang', 'stall', 'drop'] as const)
    stub.fail(fault, { on: 'rules' });
  running = run(set.desk, stub.url, BTC);
  await connected(stub, set.clock);
  expect(stub.log.accepted).toBe(1);
  expect(stub.book.rules).toHaveLength(1);
});
