import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { UserError } from '../../src/core/errors.ts';
import { KeyedState } from '../../src/core/stream/keyed-state.ts';
import { InvalidRecord, type NewRecord } from '../../src/core/stream/record.ts';
import type { Commit, Log } from '../../src/log/log.ts';
import { defineProcessor, type Processor } from '../../src/processors/processor.ts';
import { processorStage } from '../../src/runtime/processor-stage.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { handClock } from '../hand-clock.ts';
import { temporaryLog } from '../log/local/temporary.ts';
import { scratch } from '../sinks/lake/scratch.ts';

/** Counts by key and passes each record on with its count. */
const counter = defineProcessor({
  name: 'counter',
  summary: '',
  inputs: [{ topic: 'in', time: () => 0 }],
  output: { topic: 'out', schema: 'count/1' },
  options: {},
  examples: [],
  build: (_, restored) => {
    const counts = new KeyedState<number>('n|', restored);
    return {
      accept({ key, value }, out) {
        const { n } = value as { n: unknown };
        if (n === 'broken') throw new RangeError('Invalid array length');
        if (typeof n !== 'number') throw new InvalidRecord('n is no number');
        if (n < 0) return out.late('too old', -n);
        const count = counts.set(key!, (counts.get(key!) ?? 0) + 1);
        out.emit({ key: key!, partitionKey: key!, value: { n, count } });
      },
      finish(mode, _time, out) {
        if (mode === 'all')
          out.emit({ key: 'end', partitionKey: 'end', value: { n: -1, count: counts.size } });
      },
      changes: () => counts.changes(),
    };
  },
});

let dir: string;
let log: Log;
let warnings: string[];
const reporter = { info: () => {}, warn: (message: string) => warnings.push(message) };

const stageOn = (
  bus: Log,
  exclusive = true,
  clock = systemClock,
  commitEveryMs = 20,
  processor: Processor<Record<never, never>> = counter,
) =>
  processorStage({
    log: bus,
    processor,
    settings: {},
    app: 'app',
    renames: new Map(),
    exclusive,
    inTurn: false,
    commitEveryMs,
    clock,
    reporter,
  });

const record = (key: string, value: unknown): NewRecord => ({
  topic: 'in',
  partitionKey: key,
  key,
  value: typeof value === 'string' ? value : JSON.stringify(value),
  headers: {},
});
const fill = (count: number, from = 0) =>
  log.append(Array.from({ length: count }, (_, i) => record(`k${i % 7}`, { n: from + i })));

async function values(topic: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  const { partitions } = (await log.describe(topic))!;
  for (let partition = 0; partition < partitions; partition++)
    for await (const { records } of log.read(topic, partition, 0))
      for (const { value } of records) found.push(JSON.parse(value!) as Record<string, unknown>);
  return found;
}

async function once(): Promise<ReturnType<typeof stageOn>> {
  const stage = stageOn(log);
  await stage.start();
  await stage.finish('clock');
  return stage;
}

beforeEach(async () => {
  warnings = [];
  dir = scratch();
  log = await temporaryLog(systemClock, dir);
  await log.createTopic('in', { partitions: 3, retentionMs: undefined, compacted: false });
});

describe('a processor stage', () => {
  test('a one-shot run processes all records, and the next run the new ones', async () => {
    await fill(100);
    expect((await once()).stats).toMatchObject({ in: 100, out: 100 });
    expect((await once()).stats).toMatchObject({ in: 0, out: 0 });
    await fill(10, 100);
    expect((await once()).stats).toMatchObject({ in: 10, out: 10 });
    const seen = (await values('out')).map(({ n }) => n as number).sort((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: 110 }, (_, n) => n));
  });

  test('the next run continues with the state of the previous one', async () => {
    for (let run = 0; run < 3; run++) {
      await log.append([record('k', { n: run })]);
      await once();
    }
    expect((await values('out')).map(({ count }) => count)).toEqual([1, 2, 3]);
  });

  test('a one-shot run ends at the pinned offsets while a producer keeps writing; the next run begins there', async () => {
    await fill(50);
    const stage = stageOn(log);
    await stage.start();
    let writing = true;
    const producer = (async () => {
      for (let n = 50; writing; n++) await log.append([record(`k${n % 7}`, { n })]);
    })();
    await stage.finish('clock');
    const next = stageOn(log);
    await next.start();
    expect(next.stats.from).toEqual(stage.stats.to);
    writing = false;
    await producer;
    await next.finish('clock');
    const seen = (await values('out')).map(({ n }) => n as number).sort((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, n) => n));
    expect(seen.length).toBe((await values('in')).length);
  });

  test('finish `open` reads to the end and closes nothing', async () => {
    await fill(3);
    const stage = stageOn(log);
    await stage.start();
    await stage.finish('open');
    expect((await values('out')).map(({ n }) => Number(n)).sort()).toEqual([0, 1, 2]);
  });

  test('finish `all` closes everything that is open', async () => {
    await fill(3);
    const stage = stageOn(log);
    await stage.start();
    await stage.finish('all');
    expect((await values('out')).filter(({ n }) => n === -1)).toHaveLength(3);
  });

  test('invalid records go to rejects with a reason and late ones to late; no other record is lost', async () => {
    await log.append([
      record('a', '{"n":'),
      record('a', { n: 'x' }),
      record('a', { n: -5 }),
      record('a', { n: 1 }),
    ]);
    expect((await once()).stats).toMatchObject({ in: 4, out: 1, rejected: 2, late: 1 });
    const rejects = await values('rejects');
    expect(rejects.map(({ topic, key, why }) => ({ topic, key, why }))).toEqual([
      { topic: 'in', key: 'a', why: expect.stringMatching(/^not JSON: /) },
      { topic: 'in', key: 'a', why: 'n is no number' },
    ]);
    expect(await values('late')).toMatchObject([
      { topic: 'in', value: { n: -5 }, why: 'too old', late_by_ms: 5 },
    ]);
  });

  /** The error that a one-shot run ends with; undefined when it ends well. */
  const errorOf = async (commitEveryMs?: number): Promise<UserError | undefined> => {
    const stage = stageOn(log, true, systemClock, commitEveryMs);
    await stage.start();
    const error = await Promise.race([stage.failed, stage.finish('clock')]).catch(
      (error: UserError) => error,
    );
    await stage.stop().catch(() => {});
    return error ?? undefined;
  };
  const skip = async (group: string, error: UserError): Promise<void> => {
    const [, offset, partition] = /--skip (\d+) --partition (\d)/.exec(error.hint)!.map(Number);
    const { groups, partitionInfos } = (await log.describe('in'))!;
    const positions = (await groups()).get(group) ?? [];
    expect(positions[partition!] ?? 0).toBe(offset);
    const to = partitionInfos.map(({ start }, n) =>
      n === partition ? offset! + 1 : (positions[n] ?? start),
    );
    await log.resetGroup(group, 'in', to);
  };

  test('a record on which the logic fails is tried three times and then named; the group stays at its offset', async () => {
    await log.append([record('a', { n: 1 }), record('a', { n: 'broken' }), record('a', { n: 2 })]);
    const error = await errorOf();
    expect(error).toMatchObject({
      code: 'failed',
      message: expect.stringMatching(
        /^app.counter fails on the record at offset 1 of in\/(\d): Invalid array/,
      ),
      hint: expect.stringMatching(/topics reset in --group app.counter --skip 1 --partition \d --yes'\.$/),
    });
    expect(warnings).toEqual([
      expect.stringMatching(/failed on the record at offset 1 of in\/\d .*, attempt 1; starting again/),
      expect.stringContaining('attempt 2'),
    ]);
    expect(await values('out')).toEqual([{ n: 1, count: 1 }]);
    await skip('app.counter', error!);
    expect((await once()).stats).toMatchObject({ in: 1, out: 1 });
    expect(await values('out')).toEqual([
      { n: 1, count: 1 },
      { n: 2, count: 2 },
    ]);
  });

  test('records around failing ones arrive exactly once, however often the task commits', async () => {
    const run = fc.asyncProperty(
      fc.uniqueArray(fc.nat(199), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(1, 60_000),
      async (bad, commitEveryMs) => {
        log = await temporaryLog(systemClock);
        await log.createTopic('in', { partitions: 3, retentionMs: undefined, compacted: false });
        await log.append(
          Array.from({ length: 200 }, (_, n) => record(`k${n % 7}`, { n: bad.includes(n) ? 'broken' : n })),
        );
        for (const _ of bad) await skip('app.counter', (await errorOf(commitEveryMs))!);
        expect(await errorOf(commitEveryMs)).toBeUndefined();
        const out = await values('out');
        const good = Array.from({ length: 200 }, (_, n) => n).filter((n) => !bad.includes(n));
        expect(out.map(({ n }) => n as number).sort((a, b) => a - b)).toEqual(good);
        // The state, too, has each record once.
        for (let k = 0; k < 7; k++) {
          const counts = out.filter(({ n }) => (n as number) % 7 === k).map(({ count }) => count);
          expect(counts).toEqual(counts.map((_, i) => i + 1));
        }
      },
    );
    await fc.assert(run, { numRuns: 6, seed: 12 });
  });

  test('commits stay as small as the logic asks, and `finish` is called until it is done', async () => {
    await fill(100);
    const KEYS = 10;
    /** Counts records of distinct keys; a commit is due after ten, and `finish` emits ten at a time. */
    const small = defineProcessor({
      ...counter,
      build: () => {
        const changed: string[] = [];
        const left = Array.from({ length: 25 }, (_, i) => `end${i}`);
        let isFinishing = false;
        return {
          accept: ({ offset }) => void changed.push(`${offset}`),
          finish(_mode, _time, out) {
            isFinishing = true;
            for (const key of left.splice(0, KEYS)) out.emit({ key, partitionKey: key, value: { n: key } });
          },
          changes: () => changed.splice(0).map((key) => [key, '1'] as const),
          get isFull() {
            return changed.length >= KEYS;
          },
          get isUnfinished() {
            return isFinishing && left.length > 0;
          },
        };
      },
    });
    const commits: Commit[] = [];
    const watched: Log = {
      ...log,
      join: (spec) =>
        log.join({
          ...spec,
          assigned: (task) =>
            spec.assigned({
              ...task,
              commit: (commit) => {
                commits.push(commit);
                return task.commit(commit);
              },
            }),
        }),
    };
    const stage = stageOn(watched, true, systemClock, 1e9, small);
    await stage.start();
    await stage.finish('all');
    expect(Math.max(...commits.map(({ state }) => state.length))).toBe(KEYS);
    expect(Math.max(...commits.map(({ outputs }) => outputs.length))).toBe(KEYS);
    expect(commits.reduce((sum, { state }) => sum + state.length, 0)).toBe(100);
    const byTask = (await values('out')).map(({ n }) => n).sort();
    expect(byTask).toEqual(Array.from({ length: 75 }, (_, i) => `end${Math.floor(i / 3)}`).sort());
  });

  test('a second one-shot run is locked out', async () => {
    const first = stageOn(log);
    await first.start();
    await expect(stageOn(log).start()).rejects.toMatchObject({ code: 'locked' });
    await first.stop();
    await once();
  });

  describe('a processor stage in two processes', () => {
    const owned = (...stages: ReturnType<typeof stageOn>[]) =>
      stages.map(({ stats }) => Object.keys(stats.from).length);
    const numbers = async () => (await values('out')).map(({ n }) => n as number).sort((a, b) => a - b);
    const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

    test('two processes share the partitions; when one leaves, the other gets all', async () => {
      const clock = handClock();
      const [mine, theirs] = [await temporaryLog(clock, dir), await temporaryLog(clock, dir)];
      const [first, second] = [stageOn(mine, false, clock), stageOn(theirs, false, clock)];
      await first.start();
      expect(owned(first, second)).toEqual([3, 0]);
      await clock.turn(10);
      await second.start();
      await fill(30);
      const turning = async () => {
        await clock.turn(1000);
        return { owned: owned(first, second), numbers: await numbers() };
      };
      await expect.poll(turning).toEqual({ owned: [3, 1], numbers: upTo(30) });
      await first.stop();
      await fill(30, 30);
      await expect.poll(turning).toEqual({ owned: [3, 3], numbers: upTo(60) });
      await second.stop();
    });

    test.each([-72, -0.01, 5])(
      'a wall clock set by %d hours neither delays a commit nor moves a partition',
      async (hours) => {
        const clock = handClock();
        const bus = await temporaryLog(clock, dir);
        const stages = [stageOn(bus, false, clock), stageOn(bus, false, clock)];
        for (const stage of stages) await stage.start();
        for (let n = 0; n < 3; n++) {
          if (n === 1) clock.set(clock.now() + hours * 3_600_000);
          await fill(30, 30 * n);
          const turning = async () => (await clock.turn(20)) ?? (await numbers());
          await expect.poll(turning, { interval: 1 }).toEqual(upTo(30 * (n + 1)));
        }
        // Heartbeats of all members, and time enough for a lease to end.
        for (let beat = 0; beat < 8; beat++) await clock.turn(1000);
        expect(warnings).toEqual([]);
        for (const stage of stages) await stage.stop();
      },
    );

    test('a process frozen past its lease commits nothing more and warns', async () => {
      const frozen = handClock();
      const running = handClock(frozen.now() + 60_000);
      const [mine, theirs] = [await temporaryLog(frozen, dir), await temporaryLog(running, dir)];
      const zombie = stageOn(mine, false, frozen);
      await zombie.start();
      await fill(30);
      await expect.poll(() => zombie.stats.in).toBe(30);
      const taker = stageOn(theirs, false, running);
      await taker.start();
      await expect.poll(async () => (await running.turn(100)) ?? (await numbers())).toEqual(upTo(30));
      expect(zombie.stats.written).toEqual({});
      await frozen.turn(60_000);
      await expect.poll(() => warnings.length).toBe(3);
      for (const warning of warnings)
        expect(warning).toMatch(
          /no longer this process's: process \d+ on .* took it over \(epoch 2\); nothing was committed/,
        );
      await zombie.stop();
      await taker.stop();
      expect(await numbers()).toEqual(upTo(30));
      expect(zombie.stats.written).toEqual({});
    });
  });
});
