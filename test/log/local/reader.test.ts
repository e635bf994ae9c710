import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { prepare, putBatches, putTopic } from '../../../src/log/local/partitions.ts';
import { offsetAt, readBatches } from '../../../src/log/local/reader.ts';
import { compact, expire } from '../../../src/log/local/retention.ts';
import { type LogStore, transact } from '../../../src/log/local/storage/store.ts';
import { record } from '../contract.ts';
import { temporaryStore } from './temporary.ts';

let store: LogStore;
let made = 0;
beforeEach(() => {
  store = temporaryStore();
});

test('offsetAt finds the first record that is not older, after compaction and retention', async () => {
  const steps = fc.array(
    fc.record({
      wait: fc.nat(3),
      keys: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.nat(40),
      fc.boolean(),
      fc.nat(20),
      async (steps, time, cleans, retentionMs) => {
        const topic = `t${made++}`;
        await transact(store, () =>
          putTopic(store, topic, { partitions: 1, compacted: cleans, retentionMs }),
        );
        let now = 0;
        for (const { wait, keys } of steps) {
          now += wait;
          const records = keys.map((key) => record(topic, key, {}));
          await transact(store, () => putBatches(store, prepare(store, records, now), now));
        }
        if (cleans) await compact(store, now);
        await expire(store, now);
        const found = readBatches(store, topic, 0, 0, 1e6);
        const expected = found.batches
          .flatMap(({ records }) => records)
          .find(({ timestamp }) => timestamp >= time);
        const from = offsetAt(store, topic, 0, time);
        const [first] = readBatches(store, topic, 0, from, 1e6).batches.flatMap(({ records }) => records);
        expect(first).toEqual(expected);
        if (expected === undefined) expect(from).toBe(store.heads.get([store.topics.get(topic)!.id, 0])!.end);
      },
    ),
    { numRuns: 60 },
  );
});

test('the offsets of a missing topic are 0', () => {
  expect(offsetAt(store, 'nowhere', 0, 5)).toBe(0);
});

test('a missing batch is damage, except in a topic compacted by an older version', async () => {
  const older = temporaryStore();
  await transact(older, () =>
    putTopic(older, 'gap', { partitions: 1, compacted: false, retentionMs: undefined }),
  );
  for (let i = 0; i < 3; i++)
    await transact(older, () => putBatches(older, prepare(older, [record('gap', `${i}`, {})], i), i));
  const { id } = older.topics.get('gap')!;
  await transact(older, () => older.batches.remove([id, 0, 1]));
  expect(readBatches(older, 'gap', 0, 0, 1 << 20)).toMatchObject({ batches: [{}], next: 1 });
  expect(() => readBatches(older, 'gap', 0, 1, 1 << 20)).toThrow('topic gap, partition 0, offset 1:');
  await transact(older, () => {
    const { sparse: _, ...head } = older.heads.get([id, 0])!;
    older.heads.put([id, 0], { ...head, cleaned: 2 });
  });
  const { batches, next } = readBatches(older, 'gap', 0, 0, 1 << 20);
  expect([batches.map(({ records }) => records[0]!.offset), next]).toEqual([[0, 2], 3]);
});

test('a read of 1 MB returns only some of the large records of one append', async () => {
  await transact(store, () =>
    putTopic(store, 'fat', { partitions: 1, compacted: true, retentionMs: undefined }),
  );
  const fat = Array.from({ length: 40 }, (_, n) => record('fat', `${n}`, { text: 'x'.repeat(300_000) }));
  await transact(store, () => putBatches(store, prepare(store, fat, 1), 1));
  const readAll = (): number[] => {
    const reads: number[] = [];
    for (let from = 0; from < 40; ) {
      const { batches, next } = readBatches(store, 'fat', 0, from, 1 << 20);
      reads.push(batches.reduce((sum, { records }) => sum + records.length, 0));
      from = next;
    }
    return reads;
  };
  expect(Math.max(...readAll())).toBeLessThanOrEqual(6);
  // Compaction puts small batches together, never to larger ones than that.
  await compact(store, 2);
  const reads = readAll();
  expect(Math.max(...reads)).toBeLessThanOrEqual(10);
  expect(reads.reduce((sum, count) => sum + count)).toBe(40);
  expect(await expire(store, 1e15)).toBe(0);
});
