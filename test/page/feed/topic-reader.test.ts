import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLocalLog } from '../../../src/log/local/open.ts';
import type { Log } from '../../../src/log/log.ts';
import { readTopic } from '../../../src/page/feed/topic-reader.ts';
import { handClock } from '../../hand-clock.ts';
import { postOf } from '../records.ts';

const TOPIC = 'tweets-processed';
const clock = handClock();
let log: Log;
let stop: AbortController;
let reading: Promise<void>;
let keys: (string | null)[];
let failures: string[];
let opened: number;

beforeEach(async () => {
  log = await openLocalLog(mkdtempSync(join(tmpdir(), 'reader-')), clock);
  stop = new AbortController();
  keys = [];
  failures = [];
  opened = 0;
});
afterEach(async () => {
  stop.abort();
  await eventually(() => false, reading);
  await log.close();
});

/** Turns the clock until the condition holds, or the promise has settled. */
async function eventually(
  condition: () => boolean,
  orElse: Promise<unknown> = new Promise(() => {}),
): Promise<void> {
  let isOver = false;
  void orElse.finally(() => {
    isOver = true;
  });
  while (!isOver && !condition()) await clock.turn(50);
}

function start(most = 100, read: Log['read'] = log.read): void {
  reading = readTopic(
    {
      log: { ...log, read },
      clock,
      topic: TOPIC,
      most,
      opened: () => {
        opened += 1;
        keys = [];
      },
      looked: () => {},
      read: async ({ records }) => void keys.push(...records.map(({ key }) => key)),
      failed: (error) => failures.push((error as Error).message),
    },
    stop.signal,
  );
}

test('a topic is read from its newest records on, and followed', async () => {
  await log.append(['1', '2', '3', '4'].map((id) => postOf(id, 0)));
  start(2);
  await eventually(() => keys.length === 2);
  await log.append([postOf('5', 0)]);
  await eventually(() => keys.length === 3);
  expect(keys).toEqual(['3', '4', '5']);
});

test('a topic that is created later is read once it is there', async () => {
  start();
  await clock.turn(5_000);
  await log.append([postOf('1', 0)]);
  await eventually(() => keys.length === 1);
  expect([opened, failures]).toEqual([1, []]);
});

test('a recreated topic is opened again and read from its beginning', async () => {
  await log.append(['1', '2', '3'].map((id) => postOf(id, 0)));
  start();
  await eventually(() => keys.length === 3);
  await log.deleteTopic(TOPIC);
  await log.append([postOf('9', 0)]);
  await eventually(() => keys.includes('9'));
  expect([keys, opened]).toEqual([['9'], 2]);
});

test('an error of the bus is passed on, and the topic is read again', async () => {
  await log.append([postOf('1', 0)]);
  let fails = 2;
  start(100, (topic, partition, from, follow) => {
    if (partition === 0 && fails-- > 0) throw new Error('broken');
    return log.read(topic, partition, from, follow);
  });
  await eventually(() => opened === 3 && keys.length === 1);
  expect(failures).toEqual(['broken', 'broken']);
});
