import { expect, test } from 'vitest';
import { healthOf } from '../../../src/cli/watch/health.ts';
import { CommitTimer } from '../../../src/runtime/progress/commit-timer.ts';
import { newStats } from '../../../src/runtime/stage.ts';

function watched() {
  let now = 1000;
  const clock = { monotonic: () => now };
  const stage = { stats: newStats('sink file prices'), commits: new CommitTimer(clock), isReady: true };
  const health = healthOf([stage], clock);
  health.sample();
  const turn = (span: number): readonly string[] => {
    now += span;
    return health.stalls();
  };
  return { stage, health, turn };
}

test('a stage with unread records and no progress for 60 s is unhealthy until it reads on', () => {
  const { stage, turn } = watched();
  stage.stats.lag = { prices: 12 };
  expect(turn(59_999)).toEqual([]);
  expect(turn(1)).toEqual(['sink file prices: no progress for 1m with 12 unread records']);
  stage.stats.in += 1;
  expect(turn(0)).toEqual([]);
});

test('a quiet stage is healthy', () => {
  const { stage, turn } = watched();
  expect(turn(3_600_000)).toEqual([]);
  stage.stats.lag = { prices: 1 };
  expect(turn(59_999)).toEqual([]);
});

test('a commit that does not end within 60 s is unhealthy, also without unread records', async () => {
  const { stage, turn } = watched();
  let finish = (): void => {};
  const commit = stage.commits.time(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  expect(turn(60_000)).toEqual(['sink file prices: its commit has not ended for 1m']);
  finish();
  await commit;
  expect(turn(0)).toEqual([]);
});

test('a stage without its partitions is not ready', () => {
  const { stage, health } = watched();
  expect(health.unready()).toEqual([]);
  stage.isReady = false;
  expect(health.unready()).toEqual(['sink file prices']);
});
