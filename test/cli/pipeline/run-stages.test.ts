import { describe, expect, test } from 'vitest';
import { exitCode } from '../../../src/cli/output/report.ts';
import { runStages, runStagesOnce } from '../../../src/cli/pipeline/run-stages.ts';
import { UserError } from '../../../src/core/errors.ts';
import { fakeStage, handClock, nextTurn } from '../fakes.ts';

const DRAIN_MS = 10_000;
const MAX_WAIT_MS = 300_000;

function setUp() {
  const events: string[] = [];
  const warnings: string[] = [];
  const hand = handClock();
  const stop = new AbortController();
  const reporter = { info: () => {}, warn: (message: string) => warnings.push(message) };
  const options = { clock: hand.clock, reporter, stop: stop.signal, drainMs: DRAIN_MS };
  const never = { stop: () => new Promise<void>(() => {}) };
  return { events, warnings, hand, stop, options, never };
}
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as UserError,
  );

describe('a one-shot run', () => {
  test('a one-shot run starts all stages before it finishes the first, in the given order', async () => {
    const { events, options } = setUp();
    const stages = [fakeStage('a', events).stage, fakeStage('b', events).stage];
    expect(await runStagesOnce(stages, 'clock', MAX_WAIT_MS, options)).toBe('finished');
    expect(events).toEqual(['start a', 'start b', 'finish a clock', 'finish b clock']);
  });

  test('a one-shot run finishes a stage only after the one before it', async () => {
    const { events, options } = setUp();
    const first = fakeStage('a', events, { holds: true });
    const work = runStagesOnce([first.stage, fakeStage('b', events).stage], 'all', MAX_WAIT_MS, options);
    await nextTurn();
    expect(events).toEqual(['start a', 'start b', 'finish a all']);
    first.done();
    await work;
    expect(events.at(-1)).toBe('finish b all');
  });

  test('a source that has not read up to the present leaves the windows after it open, unless --close closes all', async () => {
    for (const [mode, expected] of [
      ['clock', 'open'],
      ['all', 'all'],
    ] as const) {
      const { events, options } = setUp();
      const behind = fakeStage('source', events, { isBehind: true });
      await runStagesOnce([behind.stage, fakeStage('b', events).stage], mode, MAX_WAIT_MS, options);
      expect(events.slice(-2)).toEqual([`finish source ${mode}`, `finish b ${expected}`]);
    }
  });

  test('a one-shot run waits longer than --max-wait for a stage that may idle', async () => {
    const { events, options, hand } = setUp();
    const live = fakeStage('live', events, { holds: true, ignoresMaxWait: true });
    const work = runStagesOnce([live.stage], 'clock', MAX_WAIT_MS, options);
    for (let i = 0; i < 3; i++) await hand.turn(MAX_WAIT_MS);
    live.done();
    expect(await work).toBe('finished');
  });

  test('a one-shot run stops the other stages and exits 3 if one is locked', async () => {
    const { events, options } = setUp();
    const locked = new UserError('locked', 'held', 'wait');
    const second = fakeStage('b', events, { start: () => Promise.reject(locked) });
    const stages = [fakeStage('a', events).stage, second.stage, fakeStage('c', events).stage];
    const error = await errorOf(runStagesOnce(stages, 'clock', MAX_WAIT_MS, options));
    expect(error).toBe(locked);
    expect(exitCode(error)).toBe(3);
    expect(events).toEqual(['start a', 'start c', 'stop a', 'stop c']);
  });

  test('a one-shot run stops all unfinished stages and exits 1 if one fails', async () => {
    const { events, options } = setUp();
    const disk = new UserError('disk-full', 'no space', 'free some');
    const stages = ['a', 'b', 'c'].map((name) => fakeStage(name, events, { holds: name === 'b' }));
    const work = errorOf(
      runStagesOnce(
        stages.map(({ stage }) => stage),
        'clock',
        MAX_WAIT_MS,
        options,
      ),
    );
    await nextTurn();
    stages[2]!.fail(disk);
    const error = await work;
    expect(error).toBe(disk);
    expect(exitCode(error)).toBe(1);
    expect(events.filter((line) => line.startsWith('stop'))).toEqual(['stop b', 'stop c']);
  });

  test('a one-shot run fails with the error of the finish and logs errors of the stop as warnings', async () => {
    const { events, options, warnings } = setUp();
    const first = fakeStage('a', events, {
      finish: () => Promise.reject(new Error('cannot finish')),
      stop: () => Promise.reject(new Error('cannot stop')),
    });
    const error = await errorOf(runStagesOnce([first.stage], 'clock', MAX_WAIT_MS, options));
    expect(error?.message).toBe('cannot finish');
    expect(warnings).toEqual(['cannot stop']);
  });

  test('a one-shot run drains unfinished stages when it is stopped', async () => {
    const { events, options, stop } = setUp();
    const stages = ['a', 'b', 'c'].map((name) => fakeStage(name, events, { holds: name === 'b' }).stage);
    const work = runStagesOnce(stages, 'clock', MAX_WAIT_MS, options);
    await nextTurn();
    stop.abort();
    expect(await work).toBe('stopped');
    expect(events.slice(-2)).toEqual(['stop b', 'stop c']);
  });

  test('a one-shot run fails after --max-wait without progress; progress restarts the wait', async () => {
    const { events, options, hand } = setUp();
    const slow = fakeStage('a', events, { holds: true });
    const work = errorOf(runStagesOnce([slow.stage], 'clock', 3000, options));
    await hand.turn(1000);
    await hand.turn(1000);
    slow.stats.in = 5;
    await hand.turn(1000);
    await hand.turn(2000);
    expect(events).not.toContain('stop a');
    await hand.turn(1000);
    const error = await work;
    expect(error).toMatchObject({ code: 'unavailable', message: 'a: no progress for 3s' });
    expect(events.at(-1)).toBe('stop a');
  });

  test('a one-shot run leaves no timer running', async () => {
    const { events, options, hand } = setUp();
    await runStagesOnce([fakeStage('a', events).stage], 'clock', MAX_WAIT_MS, options);
    await nextTurn();
    expect(hand.sleeping()).toBe(0);
  });
});

describe('a continuous run', () => {
  test('a continuous run lasts until it is stopped, then drains all stages', async () => {
    const { events, options, stop, hand } = setUp();
    const stages = [fakeStage('a', events).stage, fakeStage('b', events).stage];
    let over = false;
    const work = runStages(stages, options).then(() => {
      over = true;
    });
    await hand.turn(3_600_000);
    expect([over, events]).toEqual([false, ['start a', 'start b']]);
    stop.abort();
    await work;
    expect(events).toEqual(['start a', 'start b', 'stop a', 'stop b']);
  });

  test('a continuous run ends when its source ends', async () => {
    const { events, options } = setUp();
    await runStages([fakeStage('a', events).stage], options, Promise.resolve());
    expect(events).toEqual(['start a', 'stop a']);
  });

  test('a continuous run stops all stages when one fails, and fails with that error', async () => {
    const { events, options } = setUp();
    const stages = [fakeStage('a', events), fakeStage('b', events)];
    const work = errorOf(
      runStages(
        stages.map(({ stage }) => stage),
        options,
      ),
    );
    await nextTurn();
    stages[0]!.fail(new UserError('failed', 'broken', 'mend it'));
    expect(exitCode(await work)).toBe(1);
    expect(events.slice(2)).toEqual(['stop a', 'stop b']);
  });

  test('a continuous run abandons a stage that does not drain in time, and exits 1', async () => {
    const { events, options, stop, hand, never } = setUp();
    const work = errorOf(
      runStages([fakeStage('a', events, never).stage, fakeStage('b', events).stage], options),
    );
    await nextTurn();
    stop.abort();
    await hand.turn(DRAIN_MS - 1);
    expect(events).toContain('stop b');
    await hand.turn(1);
    const error = await work;
    expect(error?.message).toContain('stages did not stop within 10s');
    expect(exitCode(error)).toBe(1);
  });

  test('a continuous run stopped before its start starts and stops every stage', async () => {
    const { events, options, stop } = setUp();
    stop.abort();
    await runStages([fakeStage('a', events).stage], options);
    expect(events).toEqual(['start a', 'stop a']);
  });

  test('a continuous run fails with an error of the drain after a stop', async () => {
    const { events, options, stop } = setUp();
    const stage = fakeStage('a', events, { stop: () => Promise.reject(new Error('no disk')) }).stage;
    const work = errorOf(runStages([stage], options));
    stop.abort();
    expect((await work)?.message).toBe('no disk');
  });
});
