import { describe, expect, test } from 'vitest';
import { exitCode } from '../../../src/cli/output/report.ts';
import { runStages, runStagesOnce } from '../../../src/cli/pipeline/run-stages.ts';
import { UserError } from '../../../src/core/errors.ts';
import { fakeStage, handClock, nextTurn } from '../fakes.ts';

const DRAIN_MS = 10_000;
const MAX_WAIT_MS = 300_000;

function scene() {
  const diary: string[] = [];
  const warnings: string[] = [];
  const hand = handClock();
  const stop = new AbortController();
  const reporter = { info: () => {}, warn: (message: string) => warnings.push(message) };
  const options = { clock: hand.clock, reporter, stop: stop.signal, drainMs: DRAIN_MS };
  const never = { stop: () => new Promise<void>(() => {}) };
  return { diary, warnings, hand, stop, options, never };
}
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as UserError,
  );

describe('a one-shot run', () => {
  test('starts all stages before it finishes the first, in the given order', async () => {
    const { diary, options } = scene();
    const stages = [fakeStage('a', diary).stage, fakeStage('b', diary).stage];
    expect(await runStagesOnce(stages, 'clock', MAX_WAIT_MS, options)).toBe('finished');
    expect(diary).toEqual(['start a', 'start b', 'finish a clock', 'finish b clock']);
  });

  test('finishes a stage only after the one before it', async () => {
    const { diary, options } = scene();
    const first = fakeStage('a', diary, { holds: true });
    const work = runStagesOnce([first.stage, fakeStage('b', diary).stage], 'all', MAX_WAIT_MS, options);
    await nextTurn();
    expect(diary).toEqual(['start a', 'start b', 'finish a all']);
    first.done();
    await work;
    expect(diary.at(-1)).toBe('finish b all');
  });

  test('waits longer than --max-wait for a stage that may idle', async () => {
    const { diary, options, hand } = scene();
    const live = fakeStage('live', diary, { holds: true, patient: true });
    const work = runStagesOnce([live.stage], 'clock', MAX_WAIT_MS, options);
    for (let i = 0; i < 3; i++) await hand.turn(MAX_WAIT_MS);
    live.done();
    expect(await work).toBe('finished');
  });

  test('stops the other stages and exits 3 if one is locked', async () => {
    const { diary, options } = scene();
    const locked = new UserError('locked', 'held', 'wait');
    const second = fakeStage('b', diary, { start: () => Promise.reject(locked) });
    const stages = [fakeStage('a', diary).stage, second.stage, fakeStage('c', diary).stage];
    const error = await errorOf(runStagesOnce(stages, 'clock', MAX_WAIT_MS, options));
    expect(error).toBe(locked);
    expect(exitCode(error)).toBe(3);
    expect(diary).toEqual(['start a', 'start c', 'stop a', 'stop c']);
  });

  test('stops all unfinished stages and exits 1 if one fails', async () => {
    const { diary, options } = scene();
    const disk = new UserError('disk-full', 'no space', 'free some');
    const stages = ['a', 'b', 'c'].map((name) => fakeStage(name, diary, { holds: name === 'b' }));
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
    expect(diary.filter((line) => line.startsWith('stop'))).toEqual(['stop b', 'stop c']);
  });

  test('fails with the error of the finish and logs errors of the stop as warnings', async () => {
    const { diary, options, warnings } = scene();
    const first = fakeStage('a', diary, {
      finish: () => Promise.reject(new Error('cannot finish')),
      stop: () => Promise.reject(new Error('cannot stop')),
    });
    const error = await errorOf(runStagesOnce([first.stage], 'clock', MAX_WAIT_MS, options));
    expect(error?.message).toBe('cannot finish');
    expect(warnings).toEqual(['cannot stop']);
  });

  test('drains unfinished stages when it is stopped', async () => {
    const { diary, options, stop } = scene();
    const stages = ['a', 'b', 'c'].map((name) => fakeStage(name, diary, { holds: name === 'b' }).stage);
    const work = runStagesOnce(stages, 'clock', MAX_WAIT_MS, options);
    await nextTurn();
    stop.abort();
    expect(await work).toBe('stopped');
    expect(diary.slice(-2)).toEqual(['stop b', 'stop c']);
  });

  test('fails after --max-wait without progress; progress restarts the wait', async () => {
    const { diary, options, hand } = scene();
    const slow = fakeStage('a', diary, { holds: true });
    const work = errorOf(runStagesOnce([slow.stage], 'clock', 3000, options));
    await hand.turn(1000);
    await hand.turn(1000);
    slow.stats.in = 5;
    await hand.turn(1000);
    await hand.turn(2000);
    expect(diary).not.toContain('stop a');
    await hand.turn(1000);
    const error = await work;
    expect(error).toMatchObject({ code: 'unavailable', message: 'a: no progress for 3s' });
    expect(diary.at(-1)).toBe('stop a');
  });

  test('leaves no timer running when it is done', async () => {
    const { diary, options, hand } = scene();
    await runStagesOnce([fakeStage('a', diary).stage], 'clock', MAX_WAIT_MS, options);
    await nextTurn();
    expect(hand.sleeping()).toBe(0);
  });
});

describe('a continuous run', () => {
  test('runs until it is stopped, then drains all stages', async () => {
    const { diary, options, stop, hand } = scene();
    const stages = [fakeStage('a', diary).stage, fakeStage('b', diary).stage];
    let over = false;
    const work = runStages(stages, options).then(() => {
      over = true;
    });
    await hand.turn(3_600_000);
    expect([over, diary]).toEqual([false, ['start a', 'start b']]);
    stop.abort();
    await work;
    expect(diary).toEqual(['start a', 'start b', 'stop a', 'stop b']);
  });

  test('ends when its source ends', async () => {
    const { diary, options } = scene();
    await runStages([fakeStage('a', diary).stage], options, Promise.resolve());
    expect(diary).toEqual(['start a', 'stop a']);
  });

  test('stops all stages when one fails, and fails with that error', async () => {
    const { diary, options } = scene();
    const stages = [fakeStage('a', diary), fakeStage('b', diary)];
    const work = errorOf(
      runStages(
        stages.map(({ stage }) => stage),
        options,
      ),
    );
    await nextTurn();
    stages[0]!.fail(new UserError('failed', 'broken', 'mend it'));
    expect(exitCode(await work)).toBe(1);
    expect(diary.slice(2)).toEqual(['stop a', 'stop b']);
  });

  test('abandons a stage that does not drain in time, and exits 1', async () => {
    const { diary, options, stop, hand, never } = scene();
    const work = errorOf(
      runStages([fakeStage('a', diary, never).stage, fakeStage('b', diary).stage], options),
    );
    await nextTurn();
    stop.abort();
    await hand.turn(DRAIN_MS - 1);
    expect(diary).toContain('stop b');
    await hand.turn(1);
    const error = await work;
    expect(error?.message).toContain('stages did not stop within 10s');
    expect(exitCode(error)).toBe(1);
  });

  test('starts and stops every stage even if it is stopped before the start', async () => {
    const { diary, options, stop } = scene();
    stop.abort();
    await runStages([fakeStage('a', diary).stage], options);
    expect(diary).toEqual(['start a', 'stop a']);
  });

  test('fails with an error of the drain after a stop', async () => {
    const { diary, options, stop } = scene();
    const stage = fakeStage('a', diary, { stop: () => Promise.reject(new Error('no disk')) }).stage;
    const work = errorOf(runStages([stage], options));
    stop.abort();
    expect((await work)?.message).toBe('no disk');
  });
});
