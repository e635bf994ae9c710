import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { DAY } from '../../src/core/util/time.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';

afterEach(() => void vi.useRealTimers());

test('a sleep ends with the first of its signals and removes all its listeners', async () => {
  const [stage, own] = [new AbortController(), new AbortController()];
  const signals = [stage.signal, undefined, own.signal];
  const asleep = systemClock.sleep(3_600_000, ...signals);
  own.abort();
  await asleep;
  await systemClock.sleep(3_600_000, ...signals);
  await systemClock.sleep(1, stage.signal);
  expect(getEventListeners(stage.signal, 'abort')).toEqual([]);
});

test.each([1, 30, 366])('a sleep of %d days works although a timer cannot last that long', async (days) => {
  vi.useFakeTimers();
  let isAwake = false;
  void systemClock.sleep(days * DAY).then(() => {
    isAwake = true;
  });
  await vi.advanceTimersByTimeAsync(days * DAY - 1);
  expect(isAwake).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isAwake).toBe(true);
});

test('an infinite sleep ends with its signal and leaves no timer', async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const asleep = systemClock.sleep(Number.POSITIVE_INFINITY, stop.signal);
  await vi.advanceTimersByTimeAsync(60 * DAY);
  stop.abort();
  await asleep;
  expect(vi.getTimerCount()).toBe(0);
});
