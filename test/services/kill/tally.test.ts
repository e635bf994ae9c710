import { expect, test } from 'vitest';
import type { Log } from '../../../src/log/log.ts';
import { compare } from './tally.ts';

type Entry = readonly [key: string, value: string | null];

/** Topics with two partitions, each holding the same records. */
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

const undisturbed: readonly Entry[] = [
  ['a', '1'],
  ['a', '1'],
  ['b', '2'],
  ['c', null],
];
const compared = async (disturbed: readonly Entry[]) => {
  const { lost, doubled, foreign, samples } = await compare(
    logOf({ disturbed, undisturbed }),
    'disturbed',
    'undisturbed',
    2,
  );
  return { lost, doubled, foreign, shown: samples.length > 0 };
};

test('the order of records does not matter', async () => {
  expect(await compared([...undisturbed].reverse())).toEqual({
    lost: 0,
    doubled: 0,
    foreign: 0,
    shown: false,
  });
});

test('a missing record counts as lost in each partition, even if another copy remains', async () => {
  expect(await compared(undisturbed.slice(1))).toEqual({ lost: 2, doubled: 0, foreign: 0, shown: true });
});

test('an extra copy of a record counts as duplicate', async () => {
  expect(await compared([...undisturbed, ['c', null]])).toEqual({
    lost: 0,
    doubled: 2,
    foreign: 0,
    shown: true,
  });
});

test('a changed value counts as lost and as foreign', async () => {
  expect(await compared([...undisturbed.slice(0, 3), ['c', '']])).toEqual({
    lost: 2,
    doubled: 0,
    foreign: 2,
    shown: true,
  });
});
