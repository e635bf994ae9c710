import { expect, test } from 'vitest';
import { wait, waitUntil } from '../../../../src/sources/shared/poll/wait.ts';
import { START, turned } from '../../turned.ts';

const DAY = 86_400_000;

test('a month is waited for in sleeps that a timer can hold', async () => {
  const { context, sleeps } = turned();
  await waitUntil(START + 30 * DAY, context);
  expect(context.now()).toBe(START + 30 * DAY);
  expect(Math.max(...sleeps)).toBeLessThanOrEqual(3_600_000);
});

test('a clock that is set by an hour neither stretches nor shortens a span', async () => {
  for (const hours of [-1, 1]) {
    const { context, sleeps, turn } = turned();
    const sleep = async (span: number) => {
      await context.sleep(span);
      if (sleeps.length === 1) turn(hours * 3_600_000);
    };
    await wait(2 * 3_600_000 + 5, { ...context, sleep });
    expect(sleeps).toEqual([3_600_000, 3_600_000, 5]);
  }
});

test('a stop ends a wait', async () => {
  const { context, stop, sleeps } = turned();
  stop.abort();
  await wait(DAY, context);
  expect(sleeps).toEqual([]);
});
