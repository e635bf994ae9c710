import { expect, test } from 'vitest';
import { wait, waitUntil } from '../../src/sources/wait.ts';
import { START, turned } from './turned.ts';

const DAY = 86_400_000;

test('a month is waited for in sleeps that a timer can hold', async () => {
  const { context, sleeps } = turned();
  await waitUntil(START + 30 * DAY, context);
  expect(context.now()).toBe(START + 30 * DAY);
  expect(Math.max(...sleeps)).toBeLessThanOrEqual(3_600_000);
});

test('a stop ends it', async () => {
  const { context, stop, sleeps } = turned();
  stop.abort();
  await wait(DAY, context);
  expect(sleeps).toEqual([]);
});
