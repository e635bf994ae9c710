import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import type { NewRecord, StoredRecord } from '../../src/core/stream/record.ts';
import type { GroupSpec, Log, Membership, Task, TopicSettings } from '../../src/log/log.ts';

/** A bus under test; `open` may be called again for a second process on the same bus. */
export interface BusUnderTest {
  open(): Promise<Log>;
  /** What those that were opened have warned of. */
  readonly warnings: readonly string[];
  /** Deletes what a topic of one partition holds, as retention does. */
  expire(topic: string): Promise<void>;
  remove(): Promise<void>;
}

export const record = (
  topic: string,
  key: string,
  value: object | null,
  by: string | null = key,
): NewRecord => ({
  topic,
  partitionKey: by,
  key,
  value: value === null ? null : JSON.stringify(value),
  headers: { schema: 'test/1' },
});

const HOUR = 3_600_000;
/** A cluster may take a while to hand out tasks, or to let everyone see what was done. */
const SOON = { timeout: 60_000, interval: 50 };
const MUCH = 1 << 20;
const never = new AbortController().signal;
const settings: TopicSettings = { partitions: 1, retentionMs: undefined, compacted: false };

/** Names are used once: on a cluster all cases, and all runs, share one bus. */
const run = Math.random().toString(36).slice(2, 8);
let names = 0;
function fresh(kind: string): string {
  names += 1;
  return `contract-${kind}-${run}-${names}`;
}

/** A member of a group and its tasks in the order they came. */
interface TestMember {
  readonly tasks: Task[];
  readonly membership: Membership;
  /** Releases every task, those that still come, too, and leaves. */
  leave(): Promise<void>;
}

async function joinTracked(log: Log, spec: Omit<GroupSpec, 'assigned'>): Promise<TestMember> {
  const tasks: Task[] = [];
  const released = new Set<Task>();
  let leaving = false;
  const release = async (task: Task) => {
    if (!released.has(task)) await task.release();
    released.add(task);
  };
  const assigned = (task: Task) => {
    tasks.push(task);
    if (leaving) void release(task);
  };
  const membership = await log.join({ ...spec, assigned });
  return {
    tasks,
    membership,
    async leave() {
      leaving = true;
      for (const task of tasks) await release(task);
      await membership.leave();
    },
  };
}

export const joined = (log: Log, group: string, inputs: readonly string[], exclusive = false) =>
  joinTracked(log, { group, inputs, exclusive });

/** Its only task, or its first. */
async function taskOf({ tasks }: TestMember): Promise<Task> {
  await expect.poll(() => tasks.length, SOON).toBeGreaterThan(0);
  return tasks[0]!;
}

/** So many records of an input from the task's position on. */
async function take(task: Task, topic: string, count: number): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  while (records.length < count) {
    const batches = await task.read(topic, MUCH);
    for (const batch of batches) records.push(...batch.records);
    if (batches.length === 0) await task.grown(1000, never);
  }
  return records;
}

async function readAll(log: Log, topic: string, partition = 0, from = 0): Promise<StoredRecord[]> {
  const found: StoredRecord[] = [];
  for await (const batch of log.read(topic, partition, from)) found.push(...batch.records);
  return found;
}
const valuesOf = (records: readonly StoredRecord[]) => records.map(({ value }) => value);
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

/** A group's committed offsets in a topic. */
const positionsOf = async (log: Log, topic: string, group: string) =>
  (await (await log.describe(topic))!.groups()).get(group);

/** What every bus must keep (log/log.ts), and no more than that: offsets rise, but may have holes. */
export function keepsTheContract(name: string, make: () => Promise<BusUnderTest>): void {
  describe(`the log contract, ${name}`, () => {
    let bus: BusUnderTest;
    let log: Log;
    let topic: string;
    let group: string;
    beforeEach(async () => {
      bus = await make();
      log = await bus.open();
      topic = fresh('topic');
      group = fresh('group');
    });
    afterEach(async () => {
      await log.close();
      await bus.remove();
    });
    const info = async () => (await log.describe(topic))!.partitionInfos[0]!;

    describe('records', () => {
      test('appended records are read back in order, with offsets, keys and headers', async () => {
        await log.createTopic(topic, settings);
        await log.append([record(topic, 'a', { n: 1 }), record(topic, 'b', { n: 2, emoji: '🚀é' })]);
        await log.append([record(topic, 'a', null), { ...record(topic, 'a', { n: 3 }), key: null }]);
        const records = await readAll(log, topic);
        expect(records.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual([
          { key: 'a', value: '{"n":1}', headers: { schema: 'test/1' } },
          { key: 'b', value: '{"n":2,"emoji":"🚀é"}', headers: { schema: 'test/1' } },
          { key: 'a', value: null, headers: { schema: 'test/1' } },
          { key: null, value: '{"n":3}', headers: { schema: 'test/1' } },
        ]);
        const offsets = records.map(({ offset }) => offset);
        expect(offsets).toEqual(sorted([...new Set(offsets)]));
      });

      test('a record for every partition is in each, after earlier records', async () => {
        await log.createTopic(topic, { ...settings, partitions: 3 });
        const many = Array.from({ length: 12 }, (_, n) => record(topic, `k${n}`, { n }));
        await log.append([...many, record(topic, 'gone', null, null)]);
        const partitions = await Promise.all([0, 1, 2].map((partition) => readAll(log, topic, partition)));
        for (const records of partitions) {
          expect(records.at(-1)).toMatchObject({ key: 'gone', value: null, headers: { schema: 'test/1' } });
          expect(records.filter(({ key }) => key === 'gone')).toHaveLength(1);
        }
        expect(partitions.flat()).toHaveLength(12 + 3);
      });

      test('reading starts inside a batch', async () => {
        await log.createTopic(topic, settings);
        await log.append(Array.from({ length: 10 }, (_, n) => record(topic, `${n}`, { n })));
        const { offset } = (await readAll(log, topic))[7]!;
        expect(valuesOf(await readAll(log, topic, 0, offset))).toEqual(['{"n":7}', '{"n":8}', '{"n":9}']);
      });

      test("reading resumes at a batch's next without gap or repeat", async () => {
        await log.createTopic(topic, settings);
        for (let n = 0; n < 5; n++) await log.append([record(topic, 'a', { n })]);
        const all = await readAll(log, topic);
        for await (const { records, next } of log.read(topic, 0, 0)) {
          const last = records.at(-1)!.offset;
          expect(next).toBeGreaterThan(last);
          expect(valuesOf(await readAll(log, topic, 0, next))).toEqual(
            valuesOf(all.filter(({ offset }) => offset > last)),
          );
        }
      });

      test('records of one partition key share a partition', async () => {
        await log.createTopic(topic, { ...settings, partitions: 4 });
        await log.append(Array.from({ length: 40 }, (_, n) => record(topic, `${n}`, { n }, `coin${n % 5}`)));
        const partitionsByCoin = new Map<string, Set<number>>();
        for (let partition = 0; partition < 4; partition++)
          for (const { key } of await readAll(log, topic, partition)) {
            const coin = `coin${Number(key) % 5}`;
            partitionsByCoin.set(coin, (partitionsByCoin.get(coin) ?? new Set()).add(partition));
          }
        expect([...partitionsByCoin.values()].map((set) => set.size)).toEqual([1, 1, 1, 1, 1]);
      });

      test('the first append creates a missing topic with its defaults', async () => {
        await log.append(Array.from({ length: 12 }, (_, n) => record(topic, `${n}`, { n })));
        expect(await log.describe(topic)).toMatchObject({
          partitions: 3,
          retentionMs: 24 * HOUR,
          compacted: false,
        });
        const found = [];
        for (let partition = 0; partition < 3; partition++)
          found.push(...(await readAll(log, topic, partition)));
        expect(found).toHaveLength(12);
      });

      test('a follower sees a new record of another process', async () => {
        await log.createTopic(topic, settings);
        const other = await bus.open();
        const stop = new AbortController();
        const seen = (async () => {
          for await (const batch of other.read(topic, 0, 0, stop.signal)) return batch.records[0]?.value;
        })();
        await log.append([record(topic, 'a', { n: 1 })]);
        expect(await seen).toBe('{"n":1}');
        stop.abort();
        await other.close();
      });

      test('a follower ends when its signal aborts', async () => {
        await log.createTopic(topic, settings);
        const stop = new AbortController();
        const following = (async () => {
          for await (const _ of log.read(topic, 0, 0, stop.signal));
          return 'ended';
        })();
        stop.abort();
        expect(await following).toBe('ended');
      });
    });

    describe('topics', () => {
      test('a topic has the settings it was created with', async () => {
        expect(await log.createTopic(topic, { partitions: 2, retentionMs: HOUR, compacted: true })).toBe(
          true,
        );
        const expected = { name: topic, partitions: 2, retentionMs: HOUR, compacted: true };
        expect(await log.describe(topic)).toMatchObject(expected);
        expect((await log.topics()).find((one) => one.name === topic)).toMatchObject(expected);
      });

      test('creating an existing topic changes nothing and returns false', async () => {
        expect(await log.createTopic(topic, settings)).toBe(true);
        expect(await log.createTopic(topic, settings)).toBe(false);
        expect(await log.createTopic(topic, { partitions: 2, retentionMs: HOUR, compacted: true })).toBe(
          false,
        );
        expect(await log.describe(topic)).toMatchObject(settings);
      });

      /** Kafka names the two policies in any order. */
      const differences = async (expected: TopicSettings) => {
        const found = await log.differences(topic, expected);
        const policy = (text: string) => text.split(',').sort().join();
        return Object.fromEntries(
          found.map(({ setting, is, expected }) => [setting, [is, expected].map(policy)]),
        );
      };

      test("differences list the settings that are not as expected, by the bus's names", async () => {
        await log.createTopic(topic, settings);
        expect(await differences(settings)).toEqual({});
        expect(await differences({ partitions: 2, retentionMs: HOUR, compacted: true })).toEqual({
          partitions: ['1', '2'],
          'retention.ms': ['-1', '3600000'],
          'cleanup.policy': ['delete', 'compact,delete'],
        });
      });

      test("an update changes a topic's settings and keeps its records", async () => {
        await log.createTopic(topic, settings);
        await log.append([record(topic, 'a', { n: 1 })]);
        const expected = { partitions: 1, retentionMs: HOUR, compacted: true };
        await log.updateTopic(topic, expected);
        await expect.poll(() => differences(expected), SOON).toEqual({});
        expect(await log.describe(topic)).toMatchObject(expected);
        await log.updateTopic(topic, settings);
        await expect.poll(() => differences(settings), SOON).toEqual({});
        expect(valuesOf(await readAll(log, topic))).toEqual(['{"n":1}']);
      });

      test('an update to another partition count is rejected as a whole', async () => {
        await log.createTopic(topic, settings);
        const update = log.updateTopic(topic, { partitions: 2, retentionMs: HOUR, compacted: true });
        await expect(update).rejects.toMatchObject({ code: 'usage' });
        expect(await log.describe(topic)).toMatchObject(settings);
      });

      test('a deleted topic does not exist, and is empty when recreated', async () => {
        await log.createTopic(topic, settings);
        await log.append([record(topic, 'a', { n: 1 })]);
        expect(await log.deleteTopic(topic)).toBe(true);
        await expect.poll(() => log.describe(topic), SOON).toBeUndefined();
        expect(await log.deleteTopic(topic)).toBe(false);
        await expect.poll(() => log.createTopic(topic, settings), SOON).toBe(true);
        expect(await readAll(log, topic)).toEqual([]);
      });

      test('a topic keeps its identity after an update and when the bus is reopened', async () => {
        await log.createTopic(topic, settings);
        const identity = await log.identity(topic);
        expect(identity).toMatch(/^[\w-]{20,}$/);
        await log.updateTopic(topic, { ...settings, retentionMs: HOUR });
        const other = await bus.open();
        expect(await other.identity(topic)).toBe(identity);
        await other.close();
      });

      test('an identity is unique, also for a recreated topic of the same name', async () => {
        const names = [topic, fresh('topic')];
        for (const name of names) await log.createTopic(name, settings);
        const before = await Promise.all(names.map((name) => log.identity(name)));
        expect(new Set(before).size).toBe(2);
        await log.deleteTopic(topic);
        await expect.poll(() => log.createTopic(topic, settings), SOON).toBe(true);
        await expect.poll(() => log.identity(topic), SOON).not.toBe(before[0]);
      });

      test('a missing topic has no identity', async () => {
        await expect(log.identity(topic)).rejects.toBeInstanceOf(UserError);
      });

      test("describe gives a topic's offsets and append times", async () => {
        await log.createTopic(topic, settings);
        expect(await info()).toMatchObject({ partition: 0, start: 0, end: 0, records: 0 });
        expect(await info()).toMatchObject({ firstTime: undefined, lastTime: undefined });
        await log.append(Array.from({ length: 5 }, (_, n) => record(topic, `${n}`, { n })));
        const { start, end, records, firstTime, lastTime } = await info();
        const all = await readAll(log, topic);
        expect(start).toBe(all[0]!.offset);
        expect(end).toBeGreaterThan(all.at(-1)!.offset);
        expect(records).toBeGreaterThanOrEqual(5);
        expect([firstTime, lastTime]).toEqual([all[0]!.timestamp, all.at(-1)!.timestamp]);
      });

      test('offsetAt finds the first record appended at a time or later, otherwise the end', async () => {
        await log.createTopic(topic, settings);
        expect(await log.offsetAt(topic, 0, 0)).toBe((await info()).end);
        await log.append([record(topic, 'a', { n: 1 })]);
        const [first] = await readAll(log, topic);
        await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(first!.timestamp + 1);
        await log.append([record(topic, 'a', { n: 2 })]);
        const [, second] = await readAll(log, topic);
        expect(await log.offsetAt(topic, 0, 0)).toBe(first!.offset);
        expect(await log.offsetAt(topic, 0, first!.timestamp)).toBe(first!.offset);
        expect(await log.offsetAt(topic, 0, first!.timestamp + 1)).toBe(second!.offset);
        expect(await log.offsetAt(topic, 0, second!.timestamp)).toBe(second!.offset);
        expect(await log.offsetAt(topic, 0, second!.timestamp + 1)).toBe((await info()).end);
      });
    });

    describe("a source's position", () => {
      const file = () => fresh('file');

      test('a source position is stored with its records', async () => {
        const name = file();
        await log.createTopic(topic, settings);
        await log.append([record(topic, 'a', { n: 1 })], { name, value: '17', previous: undefined });
        expect(await log.sourcePosition(name)).toBe('17');
        expect(await log.sourcePosition(file())).toBeUndefined();
        await log.append([record(topic, 'a', { n: 2 })], { name, value: '18', previous: '17' });
        const other = await bus.open();
        expect(await other.sourcePosition(name)).toBe('18');
        await other.close();
      });

      test('of two readers of the same file one is rejected, and writes nothing', async () => {
        const position = { name: file(), value: '1', previous: undefined };
        await log.createTopic(topic, settings);
        await log.append([record(topic, 'a', { n: 1 })], position);
        const second = log.append([record(topic, 'b', { n: 2 })], position);
        await expect(second).rejects.toMatchObject({ code: 'locked' });
        expect(valuesOf(await readAll(log, topic))).toEqual(['{"n":1}']);
      });
    });

    describe('tasks', () => {
      beforeEach(async () => {
        await log.createTopic(topic, settings);
      });

      test('a commit stores outputs, offsets and state, and the next owner reads all three', async () => {
        const output = fresh('out');
        await log.createTopic(output, settings);
        await log.append([record(topic, 'a', { n: 1 }), record(topic, 'b', { n: 2 })]);
        const first = await joined(log, group, [topic]);
        const task = await taskOf(first);
        expect(await take(task, topic, 2)).toHaveLength(2);
        const reached = task.position(topic);
        await task.commit({
          outputs: [record(output, 'x', { sum: 3 })],
          offsets: new Map([[topic, reached]]),
          state: [
            ['k', '1'],
            ['gone', '2'],
          ],
        });
        await task.commit({ outputs: [], offsets: new Map(), state: [['gone', null]] });
        await first.leave();
        const second = await joined(log, group, [topic]);
        expect((await taskOf(second)).position(topic)).toBe(reached);
        expect(await second.tasks[0]!.state()).toEqual(new Map([['k', '1']]));
        expect(valuesOf(await readAll(log, output))).toEqual(['{"sum":3}']);
        expect(await positionsOf(log, topic, group)).toEqual([reached]);
        await second.leave();
      });

      test('the next owner reads uncommitted records again', async () => {
        await log.append([record(topic, 'a', { n: 1 })]);
        const first = await joined(log, group, [topic]);
        await take(await taskOf(first), topic, 1);
        await first.leave();
        const second = await joined(log, group, [topic]);
        expect(valuesOf(await take(await taskOf(second), topic, 1))).toEqual(['{"n":1}']);
        await second.leave();
      });

      test('a group that commits only positions resumes where it was', async () => {
        await log.append([record(topic, 'a', { n: 1 })]);
        const spec = { group, inputs: [topic], exclusive: false, positionsOnly: true };
        const first = await joinTracked(log, spec);
        const task = await taskOf(first);
        await take(task, topic, 1);
        const reached = task.position(topic);
        await task.commit({ outputs: [], offsets: new Map([[topic, reached]]), state: [] });
        await first.leave();
        const second = await joinTracked(log, spec);
        expect((await taskOf(second)).position(topic)).toBe(reached);
        await second.leave();
      });

      test('a task that has read everything is at the end, past transaction markers', async () => {
        const output = fresh('out');
        await log.createTopic(output, settings);
        const writer = await joined(log, group, [topic]);
        for (const n of [1, 2, 3])
          await (await taskOf(writer)).commit({
            outputs: [record(output, 'a', { n })],
            offsets: new Map(),
            state: [],
          });
        const reader = await joined(log, fresh('group'), [output]);
        const task = await taskOf(reader);
        expect(await take(task, output, 3)).toHaveLength(3);
        await expect
          .poll(async () => {
            expect(await task.read(output, MUCH)).toEqual([]);
            return task.position(output);
          }, SOON)
          .toBe((await task.ends()).get(output));
        await reader.leave();
        await writer.leave();
      });

      test('seek moves the position', async () => {
        await log.append([1, 2, 3].map((n) => record(topic, 'a', { n })));
        const { offset } = (await readAll(log, topic))[1]!;
        const member = await joined(log, group, [topic]);
        const task = await taskOf(member);
        await take(task, topic, 3);
        task.seek(topic, offset);
        expect(task.position(topic)).toBe(offset);
        expect(valuesOf(await take(task, topic, 2))).toEqual(['{"n":2}', '{"n":3}']);
        await member.leave();
      });

      test('a group is warned about records deleted unread; a new group misses none', async () => {
        const append = (n: number) => log.append([record(topic, 'a', { n })]);
        await log.updateTopic(topic, { ...settings, retentionMs: HOUR });
        await append(1);
        await append(2);
        await log.resetGroup(group, topic, [1]);
        await bus.expire(topic);
        await append(3);
        const { start } = await info();
        for (const [who, warnings] of [
          [fresh('group'), []],
          [
            group,
            [expect.stringContaining(`${topic}/0: offsets 1 to ${start - 1} were deleted by retention`)],
          ],
        ] as const) {
          const member = await joined(log, who, [topic]);
          expect(valuesOf(await take(await taskOf(member), topic, 1))).toEqual(['{"n":3}']);
          expect(bus.warnings).toEqual(warnings);
          await member.leave();
        }
      });

      test('a group reads a recreated topic from its start', async () => {
        const append = (n: number) => log.append([record(topic, 'a', { n })]);
        await append(1);
        await append(2);
        await log.resetGroup(group, topic, [1]);
        await log.deleteTopic(topic);
        await expect.poll(() => log.createTopic(topic, settings), SOON).toBe(true);
        await append(3);
        await append(4);
        const member = await joined(log, group, [topic]);
        expect(valuesOf(await take(await taskOf(member), topic, 2))).toEqual(['{"n":3}', '{"n":4}']);
        await member.leave();
      });

      test('another group reads the same topic from its start', async () => {
        await log.append([record(topic, 'a', { n: 1 })]);
        const first = await joined(log, group, [topic]);
        const task = await taskOf(first);
        await take(task, topic, 1);
        await task.commit({ outputs: [], offsets: new Map([[topic, task.position(topic)]]), state: [] });
        const second = await joined(log, fresh('group'), [topic]);
        expect((await taskOf(second)).position(topic)).toBe(0);
        await first.leave();
        await second.leave();
      });

      test('grown resolves when an input has more', async () => {
        const member = await joined(log, group, [topic]);
        const task = await taskOf(member);
        const grown = task.grown(60_000, never);
        await log.append([record(topic, 'a', { n: 1 })]);
        await grown;
        expect((await task.ends()).get(topic)).toBeGreaterThan(task.position(topic));
        await member.leave();
      });
    });

    describe('groups', () => {
      test('inputs with unequal partition counts are rejected', async () => {
        const other = fresh('topic');
        await log.createTopic(topic, settings);
        await log.createTopic(other, { ...settings, partitions: 2 });
        await expect(joined(log, group, [topic, other])).rejects.toMatchObject({ code: 'usage' });
      });

      test('an exclusive run locks out the group, and a member locks out an exclusive run', async () => {
        await log.createTopic(topic, settings);
        const other = await bus.open();
        const first = await joined(log, group, [topic], true);
        await expect(joined(other, group, [topic], true)).rejects.toMatchObject({ code: 'locked' });
        await first.leave();
        const member = await joined(other, group, [topic]);
        await expect(joined(log, group, [topic], true)).rejects.toMatchObject({ code: 'locked' });
        await member.leave();
        await other.close();
      });

      test('leaving revokes tasks without marking them lost', async () => {
        await log.createTopic(topic, settings);
        const member = await joined(log, group, [topic]);
        const task = await taskOf(member);
        expect(task.revoked.aborted).toBe(false);
        const left = member.membership.leave();
        await expect.poll(() => task.revoked.aborted, SOON).toBe(true);
        expect(task.revoked.reason).not.toBeInstanceOf(UserError);
        await task.commit({ outputs: [], offsets: new Map([[topic, 0]]), state: [] });
        await task.release();
        await left;
      });

      test('two members share the tasks: a partition has one owner at a time', async () => {
        await log.createTopic(topic, { ...settings, partitions: 2 });
        const other = await bus.open();
        const first = await joined(log, group, [topic]);
        await expect.poll(() => first.tasks.length, SOON).toBe(2);
        expect(first.membership.partitions).toBe(2);
        const second = await joined(other, group, [topic]);
        const asked = () => first.tasks.find(({ revoked }) => revoked.aborted);
        await expect.poll(asked, SOON).toBeDefined();
        expect(second.tasks).toEqual([]);
        await asked()!.release();
        expect((await taskOf(second)).partition).toBe(asked()!.partition);
        const kept = first.tasks.filter(({ revoked }) => !revoked.aborted);
        expect(kept.map(({ partition }) => partition)).toEqual([1 - asked()!.partition]);
        await second.leave();
        await first.leave();
        await other.close();
      });

      test('a reset moves a group, whether it has run or not', async () => {
        await log.createTopic(topic, { ...settings, partitions: 2 });
        await log.append(Array.from({ length: 40 }, (_, n) => record(topic, `${n}`, { n })));
        await log.resetGroup(group, topic, [1, 2]);
        expect(await positionsOf(log, topic, group)).toEqual([1, 2]);
        const member = await joined(log, group, [topic]);
        await expect.poll(() => member.tasks.length, SOON).toBe(2);
        const positions = () => member.tasks.map((task) => [task.partition, task.position(topic)]);
        expect(new Map(positions() as [number, number][])).toEqual(
          new Map([
            [0, 1],
            [1, 2],
          ]),
        );
        await member.leave();
        await log.resetGroup(group, topic, [0, 0]);
        expect(await positionsOf(log, topic, group)).toEqual([0, 0]);
      });

      test('a group with a member cannot be reset', async () => {
        await log.createTopic(topic, settings);
        const other = await bus.open();
        const member = await joined(other, group, [topic]);
        await expect(log.resetGroup(group, topic, [0])).rejects.toMatchObject({ code: 'locked' });
        expect((await positionsOf(log, topic, group))?.[0]).toBeUndefined();
        await member.leave();
        await log.resetGroup(group, topic, [0]);
        expect(await positionsOf(log, topic, group)).toEqual([0]);
        await other.close();
      });
    });
  });
}
