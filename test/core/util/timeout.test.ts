import { expect, test } from 'vitest';
import { withTimeout } from '../../../src/core/util/timeout.ts';
import { handClock } from '../../hand-clock.ts';

const late = () => {
  throw new Error('late');
};
const never = new Promise<string>(() => {});

/** A clock whose sleeps under way are counted. */
function counting() {
  const clock = handClock();
  let asleep = 0;
  const sleep = async (span: number, until: AbortSignal) => {
    asleep++;
    await clock.sleep(span, until);
    asleep--;
  };
  return { clock, sleep, asleep: () => asleep };
}

test('a step that finishes in time wins the race and leaves no timer', async () => {
  const { sleep, asleep } = counting();
  expect(await withTimeout({ sleep }, 100, Promise.resolve('done'), late)).toBe('done');
  await expect(withTimeout({ sleep }, 100, Promise.reject(new Error('broken')), late)).rejects.toThrow(
    'broken',
  );
  await new Promise(setImmediate);
  expect(asleep()).toBe(0);
});

test('onTimeout is called when the time is up, not before', async () => {
  const { clock, sleep } = counting();
  let result: unknown;
  const race = withTimeout({ sleep }, 100, never, () => 'given up').then((answer) => {
    result = answer;
  });
  await clock.turn(99);
  expect(result).toBeUndefined();
  await clock.turn(1);
  await race;
  expect(result).toBe('given up');
});

test('a rejection after the timeout is ignored', async () => {
  const { clock, sleep } = counting();
  let fail = (_: Error): void => {};
  const step = new Promise<string>((_, reject) => {
    fail = reject;
  });
  const race = withTimeout({ sleep }, 100, step, late);
  race.catch(() => {});
  await clock.turn(100);
  await expect(race).rejects.toThrow('late');
  fail(new Error('too late to matter'));
  await new Promise(setImmediate);
});

test('an infinite timeout sets no timer', async () => {
  const { sleep, asleep } = counting();
  const race = withTimeout({ sleep }, Number.POSITIVE_INFINITY, Promise.resolve(7), late);
  expect(asleep()).toBe(0);
  expect(await race).toBe(7);
});
