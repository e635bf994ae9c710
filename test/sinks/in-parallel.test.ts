import { expect, test } from 'vitest';
import { inParallel } from '../../src/sinks/in-parallel.ts';

test('every item is processed, never more than the limit at once', async () => {
  let now = 0;
  let most = 0;
  const done: number[] = [];
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++now);
    await new Promise(setImmediate);
    now--;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('after a failure no item starts, running items finish, and the error is thrown', async () => {
  const started: number[] = [];
  const ended: number[] = [];
  const work = async (item: number) => {
    started.push(item);
    if (item === 1) throw new Error('one');
    await new Promise(setImmediate);
    ended.push(item);
  };
  await expect(inParallel([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('one');
  expect([started, ended]).toEqual([[1, 2], [2]]);
});
