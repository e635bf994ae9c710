import { expect, test } from 'vitest';
import { fail, ok } from '../../../src/core/check.ts';
import { retryWhileStarting } from '../../../src/doctor/kafka/retry-while-starting.ts';
import { passingClock } from './fakes.ts';

const broken = [fail('commit', 'a committed transaction cannot be read', 'Use another cluster.')];
const fine = [ok('commit', 'a transaction was committed and read back')];
const starting = new Error('the coordinator is not available');

test.each([
  ['a failed check', async () => broken],
  ['an exception', () => Promise.reject(starting)],
])('a broker that just started is tried again each second after %s', async (_, failing) => {
  const clock = passingClock();
  const tries: number[] = [];
  const checks = await retryWhileStarting(clock, async () => {
    tries.push(clock.monotonic());
    return tries.length < 4 ? failing() : fine;
  });
  expect(checks).toBe(fine);
  expect(tries).toEqual([0, 1000, 2000, 3000]);
});

test('a check that still fails after ten seconds is reported', async () => {
  const clock = passingClock();
  expect(await retryWhileStarting(clock, async () => broken)).toBe(broken);
  expect(clock.monotonic()).toBe(10_000);
});

test('an exception after ten seconds is thrown', async () => {
  const clock = passingClock();
  await expect(retryWhileStarting(clock, () => Promise.reject(starting))).rejects.toBe(starting);
  expect(clock.monotonic()).toBe(10_000);
});
