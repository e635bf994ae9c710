import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endOffset } from '../../../src/log/kafka/client/offsets.ts';
import { PartitionReader } from '../../../src/log/kafka/client/partition-reader.ts';
import { Partitioner } from '../../../src/log/kafka/client/partitioner.ts';
import { Transactions } from '../../../src/log/kafka/client/transactions.ts';
import { committedOffsets, openTransactionalStore } from '../../../src/log/kafka/group/offset-store.ts';
import { openTask } from '../../../src/log/kafka/group/task.ts';
import { Kafka } from '../../../src/log/kafka/kafka.ts';
import { createTopic } from '../../../src/log/kafka/topic-admin.ts';
import type { Commit, Task } from '../../../src/log/log.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { settingsFor } from '../kafka/settings.ts';
import type { KafkaFixture } from './fixture.ts';
import { junk, recordsOf } from './junk.ts';
import { kafkajs } from './other-client.ts';

const RECORDS = 100;

/** An owner of a partition: it reads, then commits one output per record with the next offset. */
interface Owner {
  /** Reads to the end. Until `commit` the owner behaves like a frozen process. */
  read(): Promise<void>;
  commit(): Promise<void>;
}

/**
 * Shows why the committed offsets must be read after opening the transactional producer, not when joining the group: the
 * coordinator accepts transactional offsets from any producer with the current epoch, whether it is a member or not.
 */
export function takeoverTests(fixture: KafkaFixture): void {
  describe('a takeover of a partition', () => {
    let kafka: Kafka;
    let partitions: Partitioner;
    beforeAll(() => {
      const context = { app: 'takeover', maxWaitMs: 30_000, warn: () => {} };
      kafka = new Kafka(settingsFor(fixture.cluster.bootstrap), context, systemClock);
      partitions = new Partitioner(kafka, (name, settings) => createTopic(kafka, name, settings));
    });
    afterAll(() => kafka?.close());

    async function setUp(name: string) {
      for (const topic of [name, `${name}-out`, `${name}.state`])
        await fixture.log.createTopic(topic, { partitions: 1, retentionMs: undefined, compacted: false });
      await fixture.log.append(junk(name, RECORDS));
      return { outputs: async () => (await recordsOf(fixture.log, `${name}-out`)).flat().length };
    }

    const outputsOf = (name: string, offsets: readonly number[]): Commit['outputs'] =>
      offsets.map((offset) => ({
        topic: `${name}-out`,
        partitionKey: '',
        key: null,
        value: String(offset),
        headers: {},
      }));

    /** The adapter's order: open the store, then read the offsets. */
    async function task(name: string): Promise<Owner & Pick<Task, 'position' | 'release' | 'revoked'>> {
      const spec = { group: name, inputs: [name], exclusive: false, assigned: () => {} };
      const store = await openTransactionalStore(kafka, partitions, spec, 0);
      const opened = await openTask(kafka, spec, 0, store, async () => {});
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

    /** The same parts, but with the offsets that were committed when it joined. */
    async function wrongOrder(name: string, between: () => Promise<void>): Promise<Owner> {
      const offsets = await committedOffsets(kafka, name, [name], 0);
      await between();
      const transactions = await Transactions.open(kafka, `${name}.0`);
      const taken: number[] = [];
      const reader = new PartitionReader(kafka, name, 0, offsets.get(name)!);
      return {
        async read() {
          reader.expectEnd(await endOffset(kafka, name, 0));
          for (let batch = await reader.read(); batch !== undefined; batch = await reader.read())
            taken.push(...batch.records.map(({ offset }) => offset));
        },
        async commit() {
          await transactions.commit({
            records: await partitions.assign(outputsOf(name, taken)),
            group: name,
            offsets: new Map([[name, reader.position]]),
            partition: 0,
          });
          await transactions.waitUntilVisible();
          reader.close();
        },
      };
    }

    test('offsets read first: a commit by the previous owner before fencing is processed twice', async () => {
      const { outputs } = await setUp('offsets-first');
      const former = await task('offsets-first');
      await former.read();
      const successor = await wrongOrder('offsets-first', () => former.commit());
      await successor.read();
      await successor.commit();
      expect(await outputs()).toBe(2 * RECORDS);
      await former.release();
    });

    test('producer opened first: a commit by the previous owner before fencing is seen', async () => {
      const { outputs } = await setUp('commit-before');
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

    test('producer opened first: a commit by the previous owner after fencing is refused', async () => {
      const { outputs } = await setUp('commit-after');
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

    test('producer opened first: an open transaction of the previous owner is aborted with its offsets', async () => {
      const { outputs } = await setUp('half-way');
      const former = kafkajs(fixture.cluster.bootstrap).producer({
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
