import { beforeEach, expect, test } from 'vitest';
import type { Log } from '../../../../src/log/log.ts';
import { handClock } from '../../../hand-clock.ts';
import { scratch } from '../../../sinks/lake/scratch.ts';
import { joined, record } from '../../contract.ts';
import { temporaryLog } from '../temporary.ts';

const clock = handClock();
let log: Log;
const settings = { partitions: 2, retentionMs: undefined, compacted: false };
beforeEach(async () => {
  log = await temporaryLog(clock);
  await log.createTopic('in', settings);
});

/** So many heartbeats, each done. */
async function beats(count: number): Promise<void> {
  for (let beat = 0; beat < count; beat++) {
    await clock.turn(1000);
    await log.append([]);
  }
}

test('a task that ended by itself is not retaken while the others run', async () => {
  const run = await joined(log, 'g', ['in'], true);
  await run.tasks[0]!.release();
  await beats(3);
  expect(run.tasks.map(({ partition }) => partition)).toEqual([0, 1]);
  await run.tasks[1]!.release();
  await run.membership.leave();
});

test('a task handed to another member is taken back when that member leaves', async () => {
  const first = await joined(log, 'g', ['in']);
  await clock.turn(10);
  const second = await joined(log, 'g', ['in']);
  await beats(1);
  expect(first.tasks.map(({ revoked }) => revoked.aborted)).toEqual([false, true]);
  await first.tasks[1]!.release();
  await beats(2);
  expect(second.tasks.map(({ partition }) => partition)).toEqual([1]);
  await second.tasks[0]!.release();
  await second.membership.leave();
  await beats(2);
  expect(first.tasks.map(({ partition }) => partition)).toEqual([0, 1, 1]);
  for (const task of [first.tasks[0]!, first.tasks[2]!]) await task.release();
  await first.membership.leave();
});

test.each([-3, 3])(
  'a wall clock set by %d hours neither keeps a dead member nor ends a living one',
  async (hours) => {
    const folder = scratch();
    const [dying, living] = [handClock(), handClock()];
    const [his, ours] = [await temporaryLog(dying, folder), await temporaryLog(living, folder)];
    await ours.createTopic('in', settings);
    const first = await joined(his, 'g', ['in']);
    await living.turn(10);
    const second = await joined(ours, 'g', ['in']);
    living.set(living.now() + hours * 3_600_000);
    const turn = async (span: number) => {
      await living.turn(span);
      await ours.append([]);
    };
    for (let beat = 0; beat < 5; beat++) await turn(1000);
    expect(second.tasks).toEqual([]);
    await turn(1000);
    expect(second.tasks.map(({ partition }) => partition)).toEqual([0, 1]);
    for (const task of [...first.tasks, ...second.tasks]) await task.release();
    await second.membership.leave();
  },
);

test('a task whose topic is recreated reads and commits nothing of the new topic', async () => {
  const append = (count: number) =>
    log.append(Array.from({ length: count }, (_, n) => record('in', `${n}`, { n }, null)));
  await append(3);
  const { tasks, leave } = await joined(log, 'g', ['in']);
  const [task] = tasks;
  await task!.read('in', 1000);
  await log.deleteTopic('in');
  await log.createTopic('in', settings);
  await append(5);
  const deletedError = { code: 'failed', message: 'topic in was deleted while it was in use' };
  await expect(task!.read('in', 1000)).rejects.toMatchObject(deletedError);
  const commit = { outputs: [record('out', 'a', {})], offsets: new Map([['in', 3]]), state: [] };
  await expect(task!.commit(commit)).rejects.toMatchObject(deletedError);
  expect(await log.describe('out')).toBeUndefined();
  expect((await (await log.describe('in'))!.groups()).get('g')).toBeUndefined();
  await leave();
});
