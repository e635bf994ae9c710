import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';

test('a sleep ends with the first of its signals, and listens to none of them after', async () => {
  const [stage, own] = [new AbortController(), new AbortController()];
  const signals = [stage.signal, undefined, own.signal];
  const asleep = systemClock.sleep(3_600_000, ...signals);
  own.abort();
  await asleep;
  await systemClock.sleep(3_600_000, ...signals);
  await systemClock.sleep(1, stage.signal);
  expect(getEventListeners(stage.signal, 'abort')).toEqual([]);
});
