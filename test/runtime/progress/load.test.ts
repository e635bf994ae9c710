import { expect, test } from 'vitest';
import { Load } from '../../../src/runtime/progress/load.ts';

test('counting starts again when a task catches up a second or more after the first record', () => {
  const load = new Load(100);
  load.add(60, 5000);
  load.caughtUp(5999);
  load.add(39, 5999);
  expect(load.isHigh).toBe(false);
  load.caughtUp(6000);
  load.add(60, 6001);
  expect(load.isHigh).toBe(false);
  load.caughtUp(7000);
  load.add(40, 9000);
  expect(load.isHigh).toBe(true);
});

test('a task that never catches up keeps counting; without a limit its load is never high', () => {
  const [limited, unlimited] = [new Load(3), new Load()];
  for (const hour of [1, 2, 3]) for (const load of [limited, unlimited]) load.add(1, hour * 3_600_000);
  expect([limited.isHigh, unlimited.isHigh]).toEqual([true, false]);
});
