import { expect, test } from 'vitest';
import type { Log } from '../../../src/log/log.ts';
import { compare } from './tally.ts';

type Entry = readonly [key: string, value: string | null];

/** Topics of two partitions; the records of each stand in both. */
function logOf(topics: Readonly<Record<string, readonly Entry[]>>): Log {
  async function* read(topic: string, partition: number) {
    const records = topics[topic]!.map(([key, value], offset) => ({
      offset,
      timestamp: 0,
      key,
      value,
      headers: {},
    }));
    yield { topic, partition, records, next: records.length };
  }
  return { read } as unknown as Log;
}

const calm: readonly Entry[] = [
  ['a', '1'],
  ['a', '1'],
  ['b', '2'],
  ['c', null],
];
const judged = async (disturbed: readonly Entry[]) => {
  const { lost, doubled, foreign, samples } = await compare(
    logOf({ disturbed, calm }),
    'disturbed',
    'calm',
    2,
  );
  return { lost, doubled, foreign, shown: samples.length > 0 };
};

test('the same records in another order are the same', async () => {
  expect(await judged([...calm].reverse())).toEqual({ lost: 0, doubled: 0, foreign: 0, shown: false });
});

test('a record too few is lost, also where there were two; one in each of two partitions makes two', async () => {
  expect(await judged(calm.slice(1))).toEqual({ lost: 2, doubled: 0, foreign: 0, shown: true });
});

test('a record too many is doubled', async () => {
  expect(await judged([...calm, ['c', null]])).toEqual({ lost: 0, doubled: 2, foreign: 0, shown: true });
});

test('another value of a key is lost and foreign', async () => {
  expect(await judged([...calm.slice(0, 3), ['c', '']])).toEqual({
    lost: 2,
    doubled: 0,
    foreign: 2,
    shown: true,
  });
});
