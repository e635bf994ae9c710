import { describe, expect, test } from 'vitest';
import { exitCode } from '../../../src/cli/output/report.ts';
import { runStages, runStagesOnce } from '../../../src/cli/pipeline/run-stages.ts';
import { UserError } from '../../../src/core/errors.ts';
import { fakeStage, handClock, settle } from '../fakes.ts';

const DRAIN_MS = 10_000;
const MAX_WAIT_MS = 300_000;

function scene() {
  const diary: string[] = [];
  const warnings: string[] = [];
  const hand = handClock();
  const stop = new AbortController();
  const reporter = { info: () => {}, warn: (message: string) => warnings.push(message) };
  const drive = { clock: hand.clock, reporter, stop: stop.signal, drainMs: DRAIN_MS };
  const never = { stop: () => new Promise<void>(() => {}) };
  return { diary, warnings, hand, stop, drive, never };
}
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as UserError,
  );

describe('a one-shot run', () => {
  test('starts all stages before it finishes the first, in the given order', async () => {
    const { diary, drive } = scene();
    const stages = [fakeStage('a', diary).stage, fakeStage('b', diary).stage];
    expect(await runStagesOnce(stages, 'clock', MAX_WAIT_MS, drive)).toBe('finished');
    expect(diary).toEqual(['start a', 'start b', 'finish a clock', 'finish b clock']);
  });

  test('finishes a stage only after the one before it', async () => {
    const { diary, drive } = scene();
    const first = fakeStage('a', diary, { holds: true });
    const work = runStagesOnce([first.stage, fakeStage('b', diary).stage], 'all', MAX_WAIT_MS, drive);
    await settle();
    expect(diary).toEqual(['start a', 'start b', 'finish a all']);
    first.done();
    await work;
    expect(diary.at(-1)).toBe('finish b all');
  });

  test('waits longer than --max-wait for a stage that may idle', async () => {
    const { diary, drive, hand } = scene();
    const live = fakeStage('live', diary, { holds: true, patient: true });
    const work = runStagesOnce([live.stage], 'clock', MAX_WAIT_MS, drive);
    for (let i = 0; i < 3; i++) await hand.turn(MAX_WAIT_MS);
    live.done();
    expect(await work).toBe('finished');
  });

  test('stops the other stages and exits 3 if one is locked', async () => {
    const { diary, drive } = scene();
    const locked = new UserError('locked', 'held', 'wait');
    const second = fakeStage('b', diary, { start: () => Promise.reject(locked) });
    const stages = [fakeStage('a', diary).stage, second.stage, fakeStage('c', diary).stage];
    const problem = await problemOf(runStagesOnce(stages, 'clock', MAX_WAIT_MS, drive));
    expect(problem).toBe(locked);
    expect(exitCode(problem)).toBe(3);
    expect(diary).toEqual(['start a', 'start c', 'stop a', 'stop c']);
  });

  test('stops all unfinished stages and exits 1 if one fails', async () => {
    const { diary, drive } = scene();
    const disk = new UserError('disk-full', 'no space', 'free some');
    const stages = ['a', 'b', 'c'].map((name) => fakeStage(name, diary, { holds: name === 'b' }));
    const work = problemOf(
      runStagesOnce(
        stages.map(({ stage }) => stage),
        'clock',
        MAX_WAIT_MS,
        drive,
      ),
    );
    await settle();
    stages[2]!.fail(disk);
    const problem = await work;
    expect(problem).toBe(disk);
    expect(exitCode(problem)).toBe(1);
    expect(diary.filter((line) => line.startsWith('stop'))).toEqual(['stop b', 'stop c']);
  });

  test('fails with the error of the finish and logs errors of the stop as warnings', async () => {
    const { diary, drive, warnings } = scene();
    const first = fakeStage('a', diary, {
      finish: () => Promise.reject(new Error('cannot finish')),
      stop: () => Promise.reject(new Error('cannot stop')),
    });
    const problem = await problemOf(runStagesOnce([first.stage], 'clock', MAX_WAIT_MS, drive));
    expect(problem?.message).toBe('cannot finish');
    expect(warnings).toEqual(['cannot stop']);
  });

  test('drains unfinished stages when it is stopped', async () => {
    const { diary, drive, stop } = scene();
    const stages = ['a', 'b', 'c'].map((name) => fakeStage(name, diary, { holds: name === 'b' }).stage);
    const work = runStagesOnce(stages, 'clock', MAX_WAIT_MS, drive);
    await settle();
    stop.abort();
    expect(await work).toBe('stopped');
    expect(diary.slice(-2)).toEqual(['stop b', 'stop c']);
  });

  test('fails after --max-wait without progress; progress restarts the wait', async () => {
    const { diary, drive, hand } = scene();
    const slow = fakeStage('a', diary, { holds: true });
    const work = problemOf(runStagesOnce([slow.stage], 'clock', 3000, drive));
    await hand.turn(1000);
    await hand.turn(1000);
    slow.stats.in = 5;
    await hand.turn(1000);
    await hand.turn(2000);
    expect(diary).not.toContain('stop a');
    await hand.turn(1000);
    const problem = await work;
    expect(problem).toMatchObject({ code: 'unavailable', message: 'a: no progress for 3s' });
    expect(diary.at(-1)).toBe('stop a');
  });

  test('leaves no timer running when it is done', async () => {
    const { diary, drive, hand } = scene();
    await runStagesOnce([fakeStage('a', diary).stage], 'clock', MAX_WAIT_MS, drive);
    await settle();
    expect(hand.sleeping()).toBe(0);
  });
});

describe('a continuous run', () => {
  test('runs until it is stopped, then drains all stages', async () => {
    const { diary, drive, stop, hand } = scene();
    const stages = [fakeStage('a', diary).stage, fakeStage('b', diary).stage];
    let over = false;
    const work = runStages(stages, drive).then(() => {
      over = true;
    });
    await hand.turn(3_600_000);
    expect([over, diary]).toEqual([false, ['start a', 'start b']]);
    stop.abort();
    await work;
    expect(diary).toEqual(['start a', 'start b', 'stop a', 'stop b']);
  });

  test('ends when its source ends', async () => {
    const { diary, drive } = scene();
    await runStages([fakeStage('a', diary).stage], drive, Promise.resolve());
    expect(diary).toEqual(['start a', 'stop a']);
  });

  test('stops all stages when one fails, and fails with that error', async () => {
    const { diary, drive } = scene();
    const stages = [fakeStage('a', diary), fakeStage('b', diary)];
    const work = problemOf(
      runStages(
        stages.map(({ stage }) => stage),
        drive,
      ),
    );
    await settle();
    stages[0]!.fail(new UserError('failed', 'broken', 'mend it'));
    expect(exitCode(await work)).toBe(1);
    expect(diary.slice(2)).toEqual(['stop a', 'stop b']);
  });

  test('abandons a stage that does not drain in time, and exits 1', async () => {
    const { diary, drive, stop, hand, never } = scene();
    const work = problemOf(
      runStages([fakeStage('a', diary, never).stage, fakeStage('b', diary).stage], drive),
    );
    await settle();
    stop.abort();
    await hand.turn(DRAIN_MS - 1);
    expect(diary).toContain('stop b');
    await hand.turn(1);
    const problem = await work;
    expect(problem?.message).toContain('stages did not stop within 10s');
    expect(exitCode(problem)).toBe(1);
  });

  test('starts and stops every stage even if it is stopped before the start', async () => {
    const { diary, drive, stop } = scene();
    stop.abort();
    await runStages([fakeStage('a', diary).stage], drive);
    expect(diary).toEqual(['start a', 'stop a']);
  });

  test('fails with an error of the drain after a stop', async () => {
    const { diary, drive, stop } = scene();
    const stage = fakeStage('a', diary, { stop: () => Promise.reject(new Error('no disk')) }).stage;
    const work = problemOf(runStages([stage], drive));
    stop.abort();
    expect((await work)?.message).toBe('no disk');
  });
});
