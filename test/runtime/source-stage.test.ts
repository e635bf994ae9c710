import { Readable } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { aborted } from '../../src/core/util/aborted.ts';
import type { Log } from '../../src/log/log.ts';
import { sourceStage } from '../../src/runtime/source-stage.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { type Chunk, defineSource, type SourceContext } from '../../src/sources/source.ts';
import { handClock } from '../hand-clock.ts';
import { temporaryLog } from '../log/local/temporary.ts';

let log: Log;
beforeEach(async () => {
  log = await temporaryLog(systemClock);
});

const chunk = (n: number): Chunk => ({
  records: [
    { topic: 'prices-file', partitionKey: 'usdt', key: `${n}`, value: `{"n":${n}}`, headers: {} },
    { topic: 'rejects', partitionKey: 'x', key: null, value: '{}', headers: {} },
  ],
  counts: { 'keep-alive': 2 },
  position: { name: 'file:x', value: String(n + 1) },
});

/** A stage of a source that reads so. */
const stageOf = (
  read: (context: SourceContext) => AsyncIterable<Chunk>,
  ways: Partial<Parameters<typeof sourceStage>[0]> = {},
) =>
  sourceStage({
    log,
    source: defineSource({
      name: 'counting',
      summary: '',
      feeds: { prices: ['prices-wallex'] },
      options: {},
      examples: [],
      read: (_, context) => read(context),
    }),
    settings: {},
    kinds: ['prices'],
    topic: undefined,
    clock: systemClock,
    reporter: { info: () => {}, warn: () => {} },
    sourceContext: {
      stdin: () => Readable.from([]),
      once: false,
      secret: () => undefined,
      proxy: () => undefined,
      random: () => 0.5,
      print: () => {},
    },
    ...ways,
  });

/** Hands over chunks from its position up to `to`; `between` runs before each. */
const counting = (to: number, between: (n: number) => Promise<void> = async () => {}) =>
  stageOf(async function* ({ position, signal }) {
    for (let n = Number((await position('file:x')) ?? 0); n < to && !signal.aborted; n++) {
      await between(n);
      yield chunk(n);
    }
  });

async function written(): Promise<(string | null)[]> {
  const keys: (string | null)[] = [];
  for await (const { records } of log.read('prices-file', 0, 0)) keys.push(...records.map(({ key }) => key));
  return keys;
}

describe('a source stage', () => {
  test('a source stage writes chunk by chunk, and a second run resumes at the stored position', async () => {
    for (const to of [3, 5]) {
      const stage = counting(to);
      await stage.start();
      await stage.finish('clock');
      expect(stage.stats.dropped).toEqual({ 'keep-alive': to === 3 ? 6 : 4 });
      expect(stage.stats).toMatchObject({ out: to === 3 ? 3 : 2, rejected: to === 3 ? 3 : 2 });
    }
    expect(await written()).toEqual(['0', '1', '2', '3', '4']);
  });

  test('a source stage is behind while its source says so', async () => {
    const infos: string[] = [];
    const reporter = { info: (text: string) => infos.push(text), warn: () => {} };
    for (const isBehind of [true, false]) {
      const read = async function* ({ behind }: SourceContext) {
        behind!(true);
        yield chunk(0);
        behind!(isBehind);
      };
      const stage = stageOf(read, { reporter });
      await stage.start();
      await stage.finish('clock');
      expect(stage.isBehind).toBe(isBehind);
    }
    expect(infos).toEqual([
      'counting has not read up to the present: windows stay open, and the next run goes on',
    ]);
  });

  test('a source stage that is behind says nothing of open windows when --close closes them', async () => {
    const infos: string[] = [];
    const read = async function* ({ behind }: SourceContext) {
      behind!(true);
      yield chunk(0);
    };
    const stage = stageOf(read, { reporter: { info: (text) => infos.push(text), warn: () => {} } });
    await stage.start();
    await stage.finish('all');
    expect([stage.isBehind, infos]).toEqual([true, []]);
  });

  test('rejects are counted by the reason in their records, or as the source counted them', async () => {
    const reject = (value: string) => ({
      topic: 'rejects',
      partitionKey: 'x',
      key: null,
      value,
      headers: {},
    });
    const records = ['{"why":"no time"}', '{"why":"no price"}', '{"why":"no time"}', '{}'].map(reject);
    const stage = stageOf(async function* () {
      yield { records };
      yield { records, rejected: { 'no time': 4 } };
      yield chunk(0);
    });
    await stage.start();
    await stage.finish('clock');
    const counts = { 'no time': 6, 'no price': 1, 'no reason given': 2 };
    expect(stage.stats).toMatchObject({ rejected: 9, rejectReasons: counts });
  });

  test('of two concurrent readers of the same source one is locked out, and nothing is duplicated', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow = counting(4, () => gate);
    await slow.start();
    const quick = counting(4);
    await quick.start();
    await quick.finish('clock');
    go();
    await expect(slow.finish('clock')).rejects.toMatchObject({ code: 'locked' });
    expect(await written()).toEqual(['0', '1', '2', '3']);
  });

  test('a stop takes effect between two chunks, with the position stored', async () => {
    const stage = counting(Number.POSITIVE_INFINITY);
    await stage.start();
    await expect.poll(async () => (await written()).length).toBeGreaterThan(3);
    await stage.stop();
    const count = (await written()).length;
    expect(await log.sourcePosition('file:x')).toBe(String(count));
  });

  test('records that a source yields after a stop are written', async () => {
    const stage = stageOf(async function* ({ signal }) {
      yield chunk(0);
      await aborted(signal);
      yield chunk(1);
    });
    await stage.start();
    await expect.poll(written).toHaveLength(1);
    await stage.stop();
    expect(await written()).toEqual(['0', '1']);
  });

  test('records read before a failure are written', async () => {
    const stage = stageOf(async function* () {
      yield chunk(0);
      throw new Error('a cap');
    });
    await stage.start();
    await expect(stage.finish('clock')).rejects.toThrow('a cap');
    expect(stage.stats.out).toBe(1);
    expect(await written()).toEqual(['0']);
  });

  test('a source stage with a set duration ends by itself', async () => {
    const hand = handClock();
    const stage = stageOf(
      async function* ({ signal }) {
        await aborted(signal);
        yield chunk(0);
      },
      { runForMs: 10_000, clock: hand },
    );
    await stage.start();
    expect(stage.ignoresMaxWait).toBe(true);
    await hand.turn(10_000);
    await stage.ended;
    expect(await written()).toEqual(['0']);
  });
});

describe('a source among others', () => {
  const cap = new UserError('failed', 'the cap is reached', 'Wait for the next month.');
  const failing = (error: unknown, ways = {}) =>
    stageOf(async function* () {
      yield chunk(0);
      throw error;
    }, ways);

  test('a source with a permanent error ends alone, with the hint, and its records are written', async () => {
    const warnings: string[] = [];
    const reporter = { info: () => {}, warn: (text: string) => warnings.push(text) };
    const stage = failing(cap, { hasOthers: true, reporter });
    await stage.start();
    await stage.finish('clock');
    expect(stage.stopError).toBe(cap);
    expect(warnings).toEqual(['source counting has stopped: the cap is reached. Wait for the next month.']);
    expect(stage.stats.note).toBe('counting has stopped: the cap is reached');
    expect(await written()).toEqual(['0']);
    await stage.stop();
  });

  test('the state of a source stage has what its service still allows', async () => {
    const stage = stageOf(async function* ({ quota }) {
      quota!('9 left');
      yield chunk(0);
    });
    await stage.start();
    await stage.finish('clock');
    expect(stage.stats.quota).toBe('9 left');
    await stage.stop();
  });

  test('a permanent error of the only source ends the run', async () => {
    const stage = failing(cap);
    await stage.start();
    await expect(stage.failed).rejects.toBe(cap);
    expect(stage.stopError).toBeUndefined();
  });

  test('an unexpected error ends the run', async () => {
    const stage = failing(new TypeError('x is undefined'), { hasOthers: true });
    await stage.start();
    await expect(stage.failed).rejects.toThrow('x is undefined');
  });

  test.each(['append', 'sourcePosition'] as const)('a bus error in %s ends the run', async (step) => {
    const full = new UserError('disk-full', 'no space', 'Free some.');
    const broken = {
      append: log.append.bind(log),
      sourcePosition: log.sourcePosition.bind(log),
      [step]: () => Promise.reject(full),
    } as unknown as Log;
    const stage = failing(cap, { hasOthers: true, log: broken });
    await stage.start();
    await expect(stage.failed).rejects.toBe(full);
    expect(stage.stopError).toBeUndefined();
  });
});
