import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { HOUR } from '../../../src/core/util/time.ts';
import { prepare, putBatches, putTopic } from '../../../src/log/local/partitions.ts';
import { readBatches } from '../../../src/log/local/reader.ts';
import { compact, expire } from '../../../src/log/local/retention.ts';
import { type LogStore, transact } from '../../../src/log/local/storage/store.ts';
import { describeTopic } from '../../../src/log/local/topics.ts';
import { handClock } from '../../hand-clock.ts';
import { record } from '../contract.ts';
import { temporaryLog, temporaryStore } from './temporary.ts';

let store: LogStore;
let made = 0;

beforeEach(() => {
  store = temporaryStore();
});

const make = (name: string, compacted: boolean, retentionMs?: number) =>
  transact(store, () => putTopic(store, name, { partitions: 1, compacted, retentionMs }));

const append = (topic: string, now: number, entries: readonly (readonly [string, object | null])[]) =>
  transact(store, () =>
    putBatches(
      store,
      prepare(
        store,
        entries.map(([key, value]) => record(topic, key, value)),
        now,
      ),
      now,
    ),
  );

/** Offsets, keys and values from an offset on, read in steps as a task does. */
function readFrom(topic: string, from: number): { rows: string[]; next: number } {
  const rows: string[] = [];
  let next = from;
  for (;;) {
    const read = readBatches(store, topic, 0, next, 1);
    for (const { records } of read.batches)
      rows.push(...records.map(({ offset, key, value }) => `${offset}:${key}=${value}`));
    if (read.next === next) return { rows, next };
    next = read.next;
  }
}

describe('retention', () => {
  test('retention deletes old batches, and a reader behind continues at the first one kept', async () => {
    await make('t', false, HOUR);
    await append('t', 0, [['a', { n: 1 }]]);
    await append('t', HOUR, [['b', { n: 2 }]]);
    expect(await expire(store, HOUR + 1)).toBe(1);
    expect(readFrom('t', 0)).toEqual({ rows: ['1:b={"n":2}'], next: 2 });
    expect(describeTopic(store, 't')!.partitionInfos[0]).toMatchObject({
      start: 1,
      end: 2,
      records: 1,
      firstTime: HOUR,
    });
  });

  test('retention does not touch a topic without a limit', async () => {
    await make('t', false);
    await append('t', 0, [['a', { n: 1 }]]);
    expect(await expire(store, 1e15)).toBe(0);
  });

  test('an emptied topic continues its offsets', async () => {
    await make('t', false, HOUR);
    await append('t', 0, [['a', { n: 1 }]]);
    await expire(store, 2 * HOUR);
    await append('t', 2 * HOUR, [['b', { n: 2 }]]);
    expect(readFrom('t', 0).rows).toEqual(['1:b={"n":2}']);
  });
});

test('an open log runs retention by itself every ten seconds', async () => {
  const clock = handClock();
  const log = await temporaryLog(clock);
  await log.createTopic('t', { partitions: 1, retentionMs: HOUR, compacted: false });
  await log.append([record('t', 'a', { n: 1 })]);
  await clock.turn(HOUR + 1);
  const left = async () => {
    await clock.turn(5000);
    return (await log.describe('t'))!.partitionInfos[0]!.records;
  };
  await expect.poll(left).toBe(0);
});

describe('compaction', () => {
  test('compaction keeps the newest record of each key at its offset', async () => {
    await make('t', true);
    await append('t', 0, [
      ['a', { n: 1 }],
      ['b', { n: 2 }],
    ]);
    await append('t', 1, [['a', { n: 3 }]]);
    expect(await compact(store, 2)).toBe(1);
    expect(readFrom('t', 0)).toEqual({ rows: ['1:b={"n":2}', '2:a={"n":3}'], next: 3 });
    expect(await compact(store, 3)).toBe(0);
  });

  test('compaction removes a tombstone after a day, and a reader still reaches the end', async () => {
    await make('t', true);
    await append('t', 0, [['a', { n: 1 }]]);
    await append('t', 1, [['a', null]]);
    await compact(store, HOUR);
    expect(readFrom('t', 0).rows).toEqual(['1:a=null']);
    await append('t', HOUR, [
      ['b', { n: 2 }],
      ['b', null],
    ]);
    await compact(store, 26 * HOUR);
    expect(readFrom('t', 0)).toEqual({ rows: [], next: 4 });
  });

  test('compaction leaves large batches with nothing to delete as they are, and rewrites those beside them', async () => {
    await make('t', true);
    const many = (first: number) =>
      Array.from({ length: 600 }, (_, i) => [`k${first + i}`, { n: i }] as const);
    await append('t', 0, many(0));
    await append('t', 0, [['a', { n: 1 }]]);
    await append('t', 0, many(600));
    await append('t', 0, [['a', { n: 2 }]]);
    await append('t', 0, [...many(1200), ['k0', null]]);
    const { id } = store.topics.get('t')!;
    const batches = () => [...store.batches.getRange({ start: [id, 0, 0], end: [id, 0, 9999] })];
    const before = batches();
    expect(await compact(store, 1)).toBe(2);
    const after = batches();
    expect(after.map(({ key }) => key[2])).toEqual([0, 600, 601, 1201]);
    expect(after[2]!.value).toEqual(before[2]!.value);
    const { rows, next } = readFrom('t', 0);
    expect([rows.length, next]).toEqual([1801, 1803]);
    expect(rows.at(-1)).toBe('1802:k0=null');
    expect(rows).not.toContain('0:k0={"n":0}');
    expect(rows).not.toContain('600:a={"n":1}');
    const { records, bytes } = describeTopic(store, 't')!.partitionInfos[0]!;
    expect(records).toBe(1801);
    expect(bytes).toBe(after.reduce((sum, { value }) => sum + value.length, 0));
  });

  test('compaction does not touch other topics', async () => {
    await make('t', false);
    await append('t', 0, [
      ['a', { n: 1 }],
      ['a', { n: 2 }],
    ]);
    expect(await compact(store, 1)).toBe(0);
  });

  test('after compaction every key has its newest value, from any offset', async () => {
    const batch = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(99)), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(batch, fc.boolean()), { minLength: 1, maxLength: 12 }),
        fc.nat(40),
        async (steps, from) => {
          const topic = `t${made++}`;
          await make(topic, true);
          const rows: [string, number][] = [];
          for (const [entries, clean] of steps) {
            await append(
              topic,
              0,
              entries.map(([key, n]) => [key, { n }] as const),
            );
            rows.push(...entries);
            if (clean) await compact(store, 0);
          }
          await compact(store, 0);
          const newest = new Map(rows.map(([key], offset) => [key, offset]));
          const { rows: found, next } = readFrom(topic, from);
          for (const [key, offset] of newest)
            if (offset >= from) expect(found).toContain(`${offset}:${key}={"n":${rows[offset]![1]}}`);
          expect(next).toBe(Math.max(from, rows.length));
          expect(new Set(found).size).toBe(found.length);
        },
      ),
      { numRuns: 25 },
    );
  });
});
