import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Position } from '../../../../src/cli/commands/topics/from.ts';
import {
  type NewestFilter,
  newestByKey,
  newRecords,
  storedRecords,
} from '../../../../src/cli/commands/topics/reading.ts';
import { openLocalLog } from '../../../../src/log/local/open.ts';
import type { Log } from '../../../../src/log/log.ts';
import { handClock } from '../../fakes.ts';

let log: Log;
let hand: ReturnType<typeof handClock>;

const append = (...names: string[]) =>
  log.append(
    names.map((name) => ({ topic: 't', partitionKey: name[0]!, key: name, value: `"${name}"`, headers: {} })),
  );

beforeEach(async () => {
  hand = handClock(0);
  log = await openLocalLog(await mkdtemp(join(tmpdir(), 'cli-reading-')), hand.clock);
  await log.createTopic('t', { partitions: 3, retentionMs: undefined, compacted: false });
  for (const names of [['a1', 'b1'], ['c1'], ['a2', 'a3'], ['b2'], ['c2', 'd1']]) {
    await append(...names);
    await hand.turn(1000);
  }
});
afterEach(() => log.close());

const read = async (from: Position) => {
  const found = [];
  for await (const record of storedRecords(log, (await log.describe('t'))!, from)) found.push(record);
  return found;
};
const times = async (from: Position) => (await read(from)).map(({ timestamp }) => timestamp / 1000);

describe('storedRecords', () => {
  test('a read from the start yields every record once, by append time over all partitions', async () => {
    const found = await read({ at: 'start' });
    expect(found.map(({ key }) => key).sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2', 'd1']);
    expect(found.map(({ timestamp }) => timestamp / 1000)).toEqual([0, 0, 1, 2, 2, 3, 4, 4]);
    expect(new Set(found.map(({ partition }) => partition)).size).toBeGreaterThan(1);
  });

  test('a read from the end yields nothing', async () => {
    expect(await read({ at: 'end' })).toEqual([]);
  });

  test('the last N are the newest of all partitions', async () => {
    expect(await times({ at: 'last', count: 3 })).toEqual([3, 4, 4]);
    expect(await times({ at: 'last', count: 100 })).toHaveLength(8);
    expect(await times({ at: 'last', count: 0 })).toEqual([]);
  });

  test('a time selects records appended then or later', async () => {
    expect(await times({ at: 'time', time: 2000 })).toEqual([2, 2, 3, 4, 4]);
    expect(await times({ at: 'time', time: 2001 })).toEqual([3, 4, 4]);
  });

  test('an offset applies to every partition', async () => {
    const found = await read({ at: 'offset', offset: 1 });
    expect(found.every(({ offset }) => offset >= 1)).toBe(true);
    const all = await read({ at: 'start' });
    expect(found).toHaveLength(all.filter(({ offset }) => offset >= 1).length);
  });

  test('records appended during the read are not included', async () => {
    const topic = (await log.describe('t'))!;
    await append('a9');
    const found = [];
    for await (const record of storedRecords(log, topic, { at: 'start' })) found.push(record.key);
    expect(found).not.toContain('a9');
  });
});

describe('newRecords', () => {
  test('newRecords yields only new records, from all partitions, until it is stopped', async () => {
    const stop = new AbortController();
    const stream = newRecords(log, (await log.describe('t'))!, stop.signal);
    const first = stream.next();
    await append('a9');
    expect((await first).value?.key).toBe('a9');
    const second = stream.next();
    await append('c9');
    expect((await second).value?.key).toBe('c9');
    const third = stream.next();
    stop.abort();
    expect(await third).toEqual({ value: undefined, done: true });
  });

  test('newRecords ends the reads of all partitions when the reader leaves', async () => {
    const stream = newRecords(log, (await log.describe('t'))!, new AbortController().signal);
    const first = stream.next();
    await append('a9');
    await first;
    await stream.return(undefined);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });
});

describe('newestByKey', () => {
  const put = (key: string, value: string | null) =>
    log.append([{ topic: 'keys', partitionKey: 'one', key, value, headers: {} }]);
  const newest = async (filter?: NewestFilter) => [
    ...(await newestByKey(log, (await log.describe('keys'))!, Number, filter)),
  ];

  beforeEach(async () => {
    await log.createTopic('keys', { partitions: 1, retentionMs: undefined, compacted: false });
    for (const [key, value] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['c', null],
    ] as const)
      await put(key, value);
  });

  test('the newest value of each key is read, in the order of those records; a tombstone is null', async () => {
    expect(await newest()).toEqual([
      ['b', 2],
      ['a', 3],
      ['c', null],
    ]);
  });

  test('only the newest offsets, and only some keys, are read on request', async () => {
    expect(await newest({ most: 2 })).toEqual([
      ['a', 3],
      ['c', null],
    ]);
    expect(await newest({ hasKey: (key) => key === 'b' })).toEqual([['b', 2]]);
  });

  test('what is appended after the topic was described is not read', async () => {
    const details = (await log.describe('keys'))!;
    await put('b', '9');
    expect((await newestByKey(log, details, Number)).get('b')).toBe(2);
  });
});
