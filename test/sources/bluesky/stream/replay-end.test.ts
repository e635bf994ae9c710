import { expect, test } from 'vitest';
import { SECOND } from '../../../../src/core/util/time.ts';
import { ReplayEnd } from '../../../../src/sources/bluesky/stream/replay-end.ts';

const OPENED = 1_000_000;
/** Whether the replay is over after each of these batches: monotonic time and event time, in seconds from the opening. */
const isOver = (...batches: readonly (readonly [at: number, event: number])[]): boolean[] => {
  const replayEnd = new ReplayEnd(OPENED);
  return batches.map(([at, event]) => replayEnd.isReached(OPENED + event * SECOND, at * SECOND));
};

test('a replay is over with the first event from after the connection was opened', () => {
  expect(isOver([1, -3000], [2, -2000], [3, -0.001], [4, 0])).toEqual([false, false, false, true]);
});

test('a replay that is faster than the clock goes on', () => {
  expect(isOver([0, -9000], [5, -8000], [10, -7000], [20, -6000], [30, -5000])).not.toContain(true);
});

test('events at the pace of the clock for 10 s are live ones of a server whose clock is behind', () => {
  expect(isOver([0, -90], [5, -85], [9.9, -80.1], [10, -80])).toEqual([false, false, false, true]);
});

test('a replay before the live events does not hide them', () => {
  expect(isOver([0, -900], [5, -100], [10, -95], [15, -90], [20, -85])).toEqual([
    ...[false, false, false, false],
    true,
  ]);
});
