import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Task } from '../../src/log/log.ts';
import type { Input } from '../../src/processors/processor.ts';
import { MergedInput } from '../../src/runtime/input/merged-input.ts';

/** A task over arrays of event times, handed out a few at a time. */
function taskOf(topics: Record<string, (number | string)[]>, step = 3): Task {
  const positions: Record<string, number> = {};
  return {
    partition: 0,
    position: (topic: string) => positions[topic] ?? 0,
    async read(topic: string) {
      const from = positions[topic] ?? 0;
      const records = topics[topic]!.slice(from, from + step).map((time, i) => ({
        offset: from + i,
        timestamp: 0,
        key: null,
        value: typeof time === 'string' ? time : JSON.stringify({ time }),
        headers: {},
      }));
      positions[topic] = from + records.length;
      return records.length === 0 ? [] : [{ topic, partition: 0, records, next: positions[topic]! }];
    },
  } as unknown as Task;
}

const specs = (...topics: string[]) =>
  topics.map((topic) => ({
    topic,
    actual: topic,
    time: (value: unknown) => (value as { time?: number }).time ?? Number.NaN,
  }));

async function all(inputs: MergedInput): Promise<string[]> {
  const seen: string[] = [];
  const accept = ({ topic, value }: Input) => seen.push(`${topic}${(value as { time: number }).time}`);
  while (await inputs.fill())
    inputs.drain(accept, ({ topic, value }, why) => seen.push(`${topic} ${value} ${why.slice(0, 8)}`));
  return seen;
}

test('inputs are merged by event time while both have unread records', async () => {
  const inputs = new MergedInput(taskOf({ a: [1, 4, 5, 9], b: [2, 3, 8] }), specs('a', 'b'));
  expect(await all(inputs)).toEqual(['a1', 'b2', 'b3', 'a4', 'a5', 'b8', 'a9']);
  expect(inputs.caughtUp).toBe(true);
  expect([...inputs.offsets()]).toEqual([
    ['a', 4],
    ['b', 3],
  ]);
});

test('each input keeps its own order, and nothing is lost or duplicated', async () => {
  const times = fc.array(fc.nat(20), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(times, times, fc.integer({ min: 1, max: 4 }), async (a, b, step) => {
      const seen = await all(new MergedInput(taskOf({ a, b }, step), specs('a', 'b')));
      expect(seen.filter((one) => one.startsWith('a'))).toEqual(a.map((time) => `a${time}`));
      expect(seen.filter((one) => one.startsWith('b'))).toEqual(b.map((time) => `b${time}`));
    }),
  );
});

test('a record that is not JSON is rejected in order, with its text', async () => {
  const inputs = new MergedInput(taskOf({ a: [1, '{oops', 3] }), specs('a'));
  expect(await all(inputs)).toEqual(['a1', 'a {oops not JSON', 'a3']);
});

test('nothing at or past a limit is read, and the offset stops there', async () => {
  const inputs = new MergedInput(taskOf({ a: [1, 2, 3, 4, 5] }), specs('a'));
  inputs.limit(new Map([['a', 2]]));
  expect(await all(inputs)).toEqual(['a1', 'a2']);
  expect([...inputs.offsets()]).toEqual([['a', 2]]);
});

test('a record later than the latest allowed time is rejected at once and holds back no other input', async () => {
  const inputs = new MergedInput(taskOf({ a: [1, 900, 4], b: [2, 3] }), specs('a', 'b'));
  const seen: string[] = [];
  while (await inputs.fill())
    inputs.drain(
      ({ topic, value }) => seen.push(`${topic}${(value as { time: number }).time}`),
      ({ topic, text }, why) => seen.push(`${topic} ${text} ${why.slice(0, 44)}`),
      { latest: 899 },
    );
  expect(seen).toEqual([
    'a1',
    'a {"time":900} its time 1970-01-01T00:00:00.900Z is too far',
    'b2',
    'b3',
    'a4',
  ]);
});

test('a record nested 100,000 deep is rejected with its text', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const inputs = new MergedInput(taskOf({ a: [1, `{"time":2,"deep":${deep}}`, 3] }), specs('a'));
  const seen: unknown[] = [];
  while (await inputs.fill())
    inputs.drain(
      ({ value }) => seen.push(value),
      ({ value, text }, why) => seen.push([String(value).length, text, why]),
    );
  expect(seen).toEqual([{ time: 1 }, [200_018, undefined, 'nested deeper than 64'], { time: 3 }]);
});

test('draining stops when the outbox is full, and resumes at the next record', async () => {
  const inputs = new MergedInput(taskOf({ a: [1, 2, 3] }), specs('a'));
  const seen: number[] = [];
  const next = () =>
    inputs.drain(
      ({ offset }) => seen.push(offset),
      () => {},
      { isFull: () => seen.length % 2 === 1 },
    );
  await inputs.fill();
  expect([next(), [...inputs.offsets()], inputs.caughtUp]).toEqual([1, [['a', 1]], false]);
  seen.push(-1);
  expect([await inputs.fill(), next(), seen]).toEqual([true, 1, [0, -1, 1]]);
});

test('the time of the next record is the least of all inputs, without those that cannot be read', async () => {
  const inputs = new MergedInput(taskOf({ a: [4, 5], b: ['{', 2] }), specs('a', 'b'));
  expect(inputs.nextTime()).toBeNaN();
  await inputs.fill();
  expect(inputs.nextTime()).toBe(4);
});

test('records of other inputs are read before a record that comes after others, while there are any', async () => {
  const inputs = new MergedInput(taskOf({ a: [1, 2, 30], b: [3, 4, 5, 6, 7, 8, 40] }, 2), specs('a', 'b'));
  const seen: string[] = [];
  let newest = 0;
  const accept = ({ topic, value }: Input) => {
    const { time } = value as { time: number };
    if (topic === 'b') newest = time;
    seen.push(`${topic}${time}`);
  };
  const comesAfterOthers = ({ topic, value }: Input) =>
    topic === 'a' && newest < (value as { time: number }).time + 5;
  while (await inputs.fill()) inputs.drain(accept, () => {}, { comesAfterOthers });
  expect(seen).toEqual(['b3', 'b4', 'b5', 'b6', 'a1', 'b7', 'a2', 'b8', 'b40', 'a30']);
});

test('the inputs that still have records before their limits are named', async () => {
  const inputs = new MergedInput(taskOf({ a: [1, 2, 9], b: [3] }, 1), specs('a', 'b'));
  expect(inputs.left).toBeUndefined();
  inputs.limit(new Map([['a', 2], ['b', 1]])); // biome-ignore format: one line
  const left: string[][] = [];
  while (await inputs.fill()) {
    left.push([...inputs.left!]);
    inputs.drain(() => {}, () => {}); // biome-ignore format: one line
  }
  expect(left).toEqual([['a', 'b'], ['a', 'b'], ['b']]);
  expect([...inputs.left!]).toEqual([]);
});
