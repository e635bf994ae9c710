import { expect, test } from 'vitest';
import {
  type BusSample,
  busScreen,
  stageActivity,
  topicActivity,
} from '../../../src/cli/watch/bus-screen.ts';
import type { TopicDetails } from '../../../src/log/log.ts';

const NOW = Date.UTC(2026, 2, 2, 10);

function sample(at: number, end: number, committed: number | undefined): BusSample {
  const topic = {
    name: 'prices',
    partitionInfos: [
      { partition: 0, start: 10, end, records: end - 10, bytes: 1, firstTime: NOW, lastTime: NOW - 90_500 },
      { partition: 1, start: 0, end: 5, records: 5, bytes: 1, firstTime: undefined, lastTime: undefined },
    ],
  } as unknown as TopicDetails;
  return { at, topics: [{ topic, groups: new Map([['cryptopipe.join', [committed, 5]]]) }] };
}

test('rates are per second between two reads, and the lag counts all partitions', () => {
  const now = sample(3000, 210, 110);
  const before = sample(1000, 110, undefined);
  expect(stageActivity(now, before)).toEqual([
    { group: 'cryptopipe.join', topic: 'prices', readPerSecond: 50, lag: 100 },
  ]);
  expect(topicActivity(now, before, NOW)).toEqual([
    { topic: 'prices', writtenPerSecond: 50, records: 205, ageMs: 90_500 },
  ]);
});

test('the first read has no rates', () => {
  const now = sample(3000, 210, 110);
  expect(busScreen(stageActivity(now, undefined), topicActivity(now, undefined, NOW), (text) => text)).toBe(
    `STAGE            READS   RECORDS/S  LAG
cryptopipe.join  prices          -  100

TOPIC   WRITTEN/S  RECORDS     NEWEST
prices          -      205  1m30s ago`,
  );
});

test('a topic that was created anew between two reads has no negative rate', () => {
  expect(stageActivity(sample(3000, 20, 15), sample(1000, 500, 400))[0]!.readPerSecond).toBe(0);
});
