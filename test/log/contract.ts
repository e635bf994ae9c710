import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewRecord } from '../../src/core/record.ts';
import type { Log, Task } from '../../src/log/log.ts';

/** A bus under test; `open` may be called again for a second process on the same bus. */
export interface BusUnderTest {
  open(): Promise<Log>;
  remove(): Promise<void>;
}

export const record = (topic: string, key: string, value: object | null, by = key): NewRecord => ({
  topic,
  by,
  key,
  value: value === null ? null : JSON.stringify(value),
  headers: { schema: 'test/1' },
});

const never = new AbortController().signal;
const settings = { partitions: 1, retentionMs: undefined, compacted: false };

/** Tasks of a group in the order they came. */
export async function joined(log: Log, group: string, inputs: readonly string[], exclusive = false) {
  const tasks: Task[] = [];
  const membership = await log.join({ group, inputs, exclusive, assigned: (task) => tasks.push(task) });
  return { tasks, membership };
}

async function readAll(log: Log, topic: string, partition = 0, from = 0): Promise<string[]> {
  const values: string[] = [];
  for await (const batch of log.read(topic, partition, from))
    for (const { value, offset } of batch.records) values.push(`${offset}:${value}`);
  return values;
}

async function release(...seats: Awaited<ReturnType<typeof joined>>[]): Promise<void> {
  for (const { tasks, membership } of seats) {
    for (const task of tasks) await task.release();
    await membership.leave();
  }
}

/** What every bus must keep (log/log.ts). */
export function keepsTheContract(name: string, make: () => Promise<BusUnderTest>): void {
  describe(`the log contract, ${name}`, () => {
    let bus: BusUnderTest;
    let log: Log;
    beforeEach(async () => {
      bus = await make();
      log = await bus.open();
    });
    afterEach(async () => {
      await log.close();
      await bus.remove();
    });

    test('what was appended is read back in order, with offsets, keys and headers', async () => {
      await log.createTopic('t', settings);
      await log.append([record('t', 'a', { n: 1 }), record('t', 'b', { n: 2, emoji: '🚀é' })]);
      await log.append([record('t', 'a', null)]);
      const records = [];
      for await (const batch of log.read('t', 0, 0)) records.push(...batch.records);
      expect(records.map(({ offset, key, value, headers }) => ({ offset, key, value, headers }))).toEqual([
        { offset: 0, key: 'a', value: '{"n":1}', headers: { schema: 'test/1' } },
        { offset: 1, key: 'b', value: '{"n":2,"emoji":"🚀é"}', headers: { schema: 'test/1' } },
        { offset: 2, key: 'a', value: null, headers: { schema: 'test/1' } },
      ]);
    });

    test('reading starts inside a batch', async () => {
      await log.append(Array.from({ length: 10 }, (_, n) => record('late', `${n}`, { n })));
      expect(await readAll(log, 'late', 0, 7)).toEqual(['7:{"n":7}', '8:{"n":8}', '9:{"n":9}']);
    });

    test('records of one `by` share a partition', async () => {
      await log.createTopic('t', { ...settings, partitions: 4 });
      await log.append(Array.from({ length: 40 }, (_, n) => record('t', `${n}`, { n }, `coin${n % 5}`)));
      const places = new Map<string, Set<number>>();
      for (let partition = 0; partition < 4; partition++)
        for (const text of await readAll(log, 't', partition)) {
          const coin = `coin${JSON.parse(text.slice(text.indexOf(':') + 1)).n % 5}`;
          places.set(coin, (places.get(coin) ?? new Set()).add(partition));
        }
      expect([...places.values()].map((set) => set.size)).toEqual([1, 1, 1, 1, 1]);
    });

    test('a topic made twice with the same settings is a no-op, with others an error', async () => {
      expect(await log.createTopic('t', settings)).toBe(true);
      expect(await log.createTopic('t', settings)).toBe(false);
      await expect(log.createTopic('t', { ...settings, partitions: 2 })).rejects.toMatchObject({
        code: 'usage',
      });
    });

    test('a deleted topic is gone, and made again it is empty', async () => {
      await log.createTopic('t', settings);
      await log.append([record('t', 'a', { n: 1 })]);
      expect(await log.deleteTopic('t')).toBe(true);
      expect(await log.deleteTopic('t')).toBe(false);
      expect(await log.describe('t')).toBeUndefined();
      await log.createTopic('t', settings);
      expect(await readAll(log, 't')).toEqual([]);
    });

    test('a mark is stored with its records', async () => {
      await log.append([record('late', 'a', { n: 1 })], { name: 'file:x', value: '17', previous: undefined });
      expect(await log.mark('file:x')).toBe('17');
      expect(await log.mark('file:y')).toBeUndefined();
    });

    test('of two readers of the same file one is refused, and nothing of it is written', async () => {
      await log.append([record('late', 'a', { n: 1 })], { name: 'file:x', value: '1', previous: undefined });
      const second = log.append([record('late', 'b', { n: 2 })], {
        name: 'file:x',
        value: '1',
        previous: undefined,
      });
      await expect(second).rejects.toMatchObject({ code: 'locked' });
      expect(await readAll(log, 'late')).toEqual(['0:{"n":1}']);
    });

    test('a follower of another process sees a new record', async () => {
      await log.createTopic('t', settings);
      const other = await bus.open();
      const stop = new AbortController();
      const seen = (async () => {
        for await (const batch of other.read('t', 0, 0, stop.signal)) return batch.records[0]?.value;
      })();
      await log.append([record('t', 'a', { n: 1 })]);
      expect(await seen).toBe('{"n":1}');
      stop.abort();
      await other.close();
    });

    test('a commit holds outputs, offsets and state; the next owner finds all three', async () => {
      await log.createTopic('in', settings);
      await log.append([record('in', 'a', { n: 1 }), record('in', 'b', { n: 2 })]);
      const first = await joined(log, 'g', ['in']);
      const task = first.tasks[0]!;
      expect((await task.read('in', 1e6)).flatMap((batch) => batch.records).length).toBe(2);
      await task.commit({
        outputs: [record('out', 'x', { sum: 3 })],
        offsets: new Map([['in', 2]]),
        state: [
          ['k', '1'],
          ['gone', '2'],
        ],
      });
      await task.commit({ outputs: [], offsets: new Map(), state: [['gone', null]] });
      await release(first);
      const second = await joined(log, 'g', ['in']);
      expect(second.tasks[0]!.position('in')).toBe(2);
      expect(await second.tasks[0]!.state()).toEqual(new Map([['k', '1']]));
      const info = (await log.describe('out'))!.partitionInfos.reduce((sum, { records }) => sum + records, 0);
      expect(info).toBe(1);
      expect((await log.describe('in'))!.groups.get('g')).toEqual([2]);
      await release(second);
    });

    test('another group reads the same topic from its start', async () => {
      await log.createTopic('in', settings);
      await log.append([record('in', 'a', { n: 1 })]);
      const first = await joined(log, 'g1', ['in']);
      await first.tasks[0]!.commit({ outputs: [], offsets: new Map([['in', 1]]), state: [] });
      const second = await joined(log, 'g2', ['in']);
      expect(second.tasks[0]!.position('in')).toBe(0);
      await release(first, second);
    });

    test('inputs with unequal partition counts are refused', async () => {
      await log.createTopic('a', settings);
      await log.createTopic('b', { ...settings, partitions: 2 });
      await expect(joined(log, 'g', ['a', 'b'])).rejects.toMatchObject({ code: 'usage' });
    });

    test('an exclusive run locks the group out, and is locked out by a member', async () => {
      await log.createTopic('in', settings);
      const other = await bus.open();
      const first = await joined(log, 'g', ['in'], true);
      await expect(joined(other, 'g', ['in'], true)).rejects.toMatchObject({ code: 'locked' });
      await release(first);
      const member = await joined(other, 'g', ['in']);
      await expect(joined(log, 'g', ['in'], true)).rejects.toMatchObject({ code: 'locked' });
      await release(member);
      await other.close();
    });

    test('grown resolves when an input has more', async () => {
      await log.createTopic('in', settings);
      const seat = await joined(log, 'g', ['in']);
      const waiting = seat.tasks[0]!.grown(60_000, never);
      await log.append([record('in', 'a', { n: 1 })]);
      await waiting;
      expect((await seat.tasks[0]!.ends()).get('in')).toBe(1);
      await release(seat);
    });
  });
}
