import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endOf } from '../../../src/log/kafka/client/offsets.ts';
import { PartitionReader } from '../../../src/log/kafka/client/partition-reader.ts';
import { Partitions } from '../../../src/log/kafka/client/partitions.ts';
import { Transactions } from '../../../src/log/kafka/client/transactions.ts';
import { committedOffsets, transactionalLedger } from '../../../src/log/kafka/group/offset-store.ts';
import { openTask } from '../../../src/log/kafka/group/task.ts';
import { Kafka } from '../../../src/log/kafka/kafka.ts';
import { createTopic } from '../../../src/log/kafka/topics.ts';
import type { Commit, Task } from '../../../src/log/log.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { settingsFor } from '../kafka/settings.ts';
import type { Ground } from './ground.ts';
import { junk, recordsOf } from './junk.ts';
import { kafkajs } from './other-client.ts';

const RECORDS = 100;

/** Who has a partition: it reads, and commits an output for each record with the offset after them. */
interface Owner {
  /** Takes everything that is there. It is frozen until `commit`, for nothing more is called. */
  read(): Promise<void>;
  commit(): Promise<void>;
}

/**
 * Why the committed offsets are read after the transactional producer was opened, and not when the group was joined (DESIGN section 3):
 * the coordinator takes transactional offsets from whoever has the producer's epoch, member of the group or not.
 */
export function theTrap(ground: Ground): void {
  describe('the order of a take-over', () => {
    let kafka: Kafka;
    let partitions: Partitions;
    beforeAll(() => {
      const opener = { app: 'trap', patienceMs: 30_000, warn: () => {} };
      kafka = new Kafka(settingsFor(ground.cluster.bootstrap), opener, systemClock);
      partitions = new Partitions(kafka, (name, settings) => createTopic(kafka, name, settings));
    });
    afterAll(() => kafka?.close());

    async function scene(name: string) {
      for (const topic of [name, `${name}-out`, `${name}.state`])
        await ground.log.createTopic(topic, { partitions: 1, retentionMs: undefined, compacted: false });
      await ground.log.append(junk(name, RECORDS));
      return { outputs: async () => (await recordsOf(ground.log, `${name}-out`)).flat().length };
    }

    const outputsOf = (name: string, offsets: readonly number[]): Commit['outputs'] =>
      offsets.map((offset) => ({
        topic: `${name}-out`,
        by: '',
        key: null,
        value: String(offset),
        headers: {},
      }));

    /** The adapter's own: ledger, then offsets. */
    async function task(name: string): Promise<Owner & Pick<Task, 'position' | 'release' | 'revoked'>> {
      const spec = { group: name, inputs: [name], exclusive: false, assigned: () => {} };
      const ledger = await transactionalLedger(kafka, partitions, spec, 0);
      const opened = await openTask(kafka, spec, 0, ledger, async () => {});
      const taken: number[] = [];
      return {
        ...opened,
        async read() {
          await opened.ends();
          for (let some = await opened.read(name, 1); some.length > 0; some = await opened.read(name, 1))
            taken.push(...some.flatMap(({ records }) => records.map(({ offset }) => offset)));
        },
        commit: () =>
          opened.commit({
            outputs: outputsOf(name, taken),
            offsets: new Map([[name, opened.position(name)]]),
            state: [],
          }),
      };
    }

    /** Of the same parts, but its offsets are those that were committed when it joined. */
    async function wrongOrder(name: string, between: () => Promise<void>): Promise<Owner> {
      const offsets = await committedOffsets(kafka, name, [name], 0);
      await between();
      const transactions = await Transactions.open(kafka, `${name}.0`);
      const taken: number[] = [];
      const feed = new PartitionReader(kafka, name, 0, offsets.get(name)!);
      return {
        async read() {
          feed.expect(await endOf(kafka, name, 0));
          for (let batch = await feed.read(); batch !== undefined; batch = await feed.read())
            taken.push(...batch.records.map(({ offset }) => offset));
        },
        async commit() {
          await transactions.commit({
            placed: await partitions.place(outputsOf(name, taken)),
            group: name,
            offsets: new Map([[name, feed.position]]),
            partition: 0,
          });
          await transactions.settle();
          feed.close();
        },
      };
    }

    test('offsets first: what the former owner commits before it is fenced is done once more', async () => {
      const { outputs } = await scene('offsets-first');
      const former = await task('offsets-first');
      await former.read();
      const successor = await wrongOrder('offsets-first', () => former.commit());
      await successor.read();
      await successor.commit();
      expect(await outputs()).toBe(2 * RECORDS);
      await former.release();
    });

    test('producer first: what the former owner commits before it is fenced is found', async () => {
      const { outputs } = await scene('commit-before');
      const former = await task('commit-before');
      await former.read();
      await committedOffsets(kafka, 'commit-before', ['commit-before'], 0);
      await former.commit();
      const successor = await task('commit-before');
      await successor.read();
      await successor.commit();
      await successor.release();
      expect(await outputs()).toBe(RECORDS);
      await former.release();
    });

    test('producer first: what the former owner commits after it was fenced is refused', async () => {
      const { outputs } = await scene('commit-after');
      const former = await task('commit-after');
      await former.read();
      const successor = await task('commit-after');
      await expect(former.commit()).rejects.toMatchObject({ code: 'fenced' });
      expect(former.revoked.aborted).toBe(true);
      await successor.read();
      await expect(former.commit()).rejects.toMatchObject({ code: 'fenced' });
      await successor.commit();
      await successor.release();
      await former.release();
      expect(await outputs()).toBe(RECORDS);
    });

    test('producer first: a transaction that the former owner is in the middle of is ended, with its offsets', async () => {
      const { outputs } = await scene('half-way');
      const former = kafkajs(ground.cluster.bootstrap).producer({
        transactionalId: 'half-way.0',
        idempotent: true,
        maxInFlightRequests: 1,
      });
      await former.connect();
      const transaction = await former.transaction();
      const messages = Array.from({ length: RECORDS }, (_, i) => ({ value: `half ${i}` }));
      await transaction.send({ topic: 'half-way-out', messages });
      const offsets = [{ partition: 0, offset: String(RECORDS) }];
      await transaction.sendOffsets({
        consumerGroupId: 'half-way',
        topics: [{ topic: 'half-way', partitions: offsets }],
      });
      const successor = await task('half-way');
      expect(successor.position('half-way')).toBe(0);
      await successor.read();
      await successor.commit();
      await expect(transaction.commit()).rejects.toMatchObject({ type: 'INVALID_PRODUCER_EPOCH' });
      await former.disconnect();
      await successor.release();
      expect(await outputs()).toBe(RECORDS);
    });
  });
}
