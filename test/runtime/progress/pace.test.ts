import { expect, test } from 'vitest';
import { HOUR, SECOND } from '../../../src/core/util/time.ts';
import { Stride, sharedPace } from '../../../src/runtime/progress/pace.ts';
import { handClock } from '../../hand-clock.ts';

/** Three tasks of a stage, and the order in which they go on. */
function scene() {
  const clock = handClock();
  const pace = sharedPace(clock);
  const passed: string[] = [];
  let isEnding = false;
  return {
    clock,
    pace,
    passed,
    end: () => {
      isEnding = true;
    },
    async pass(partition: number, hours: number) {
      void pace
        .pass(partition, hours * HOUR, () => isEnding)
        .then(() => passed.push(`${partition} at ${hours}h`));
      await new Promise(setImmediate);
    },
  };
}

test('a task that is twelve hours ahead goes on, one that is further ahead waits for the others', async () => {
  const { pass, passed } = scene();
  await pass(0, 0);
  await pass(1, 12);
  await pass(2, 12.5);
  expect(passed).toEqual(['0 at 0h', '1 at 12h']);
  await pass(0, 1);
  expect(passed.slice(2).sort()).toEqual(['0 at 1h', '2 at 12.5h']);
});

test('a task that has nothing to read holds no other back', async () => {
  const { pace, pass, passed } = scene();
  await pass(0, 0);
  await pass(1, 100);
  expect(passed).toEqual(['0 at 0h']);
  pace.leave(0);
  await new Promise(setImmediate);
  expect(passed).toEqual(['0 at 0h', '1 at 100h']);
});

test('a task waits at most ten seconds for one that is stuck', async () => {
  const { clock, pass, passed } = scene();
  await pass(0, 0);
  await pass(1, 100);
  for (let turn = 0; turn < 19; turn++) await clock.turn(SECOND / 2);
  expect(passed).toEqual(['0 at 0h']);
  await clock.turn(SECOND / 2);
  expect(passed).toEqual(['0 at 0h', '1 at 100h']);
});

test('a task that is to end waits no longer', async () => {
  const { clock, end, pass, passed } = scene();
  await pass(0, 0);
  await pass(1, 100);
  end();
  await clock.turn(SECOND / 2);
  expect(passed).toEqual(['0 at 0h', '1 at 100h']);
});

test('a record without a time waits for none', async () => {
  const { pass, passed } = scene();
  await pass(0, 0);
  await pass(1, Number.NaN);
  expect(passed).toEqual(['0 at 0h', '1 at NaNh']);
});

test('a commit is due when the records since the last one span more than twelve hours', async () => {
  const stride = new Stride(sharedPace(handClock()), 0, () => false);
  const pass = (hours: number) => stride.pass(() => hours * HOUR);
  expect([await pass(0), await pass(12), await pass(13)]).toEqual([false, false, true]);
  stride.committed();
  expect([await pass(13), await pass(25), await pass(26)]).toEqual([false, false, true]);
});
