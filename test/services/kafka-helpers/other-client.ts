import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, logLevel, type Transaction } from 'kafkajs';

/** Raw clients of another make, for what cryptopipe itself never does. */
export const kafkajs = (bootstrap: string): Kafka =>
  new Kafka({ brokers: bootstrap.split(','), clientId: 'other', logLevel: logLevel.NOTHING });

export interface OpenTransaction {
  readonly transaction: Transaction;
  /** Ends the client, not the transaction. */
  close(): Promise<void>;
}

/** Writes so many values to a partition in a transaction, which stays open. */
export async function openTransaction(
  bootstrap: string,
  {
    id,
    topic,
    partition,
    values,
  }: { id: string; topic: string; partition: number; values: readonly string[] },
): Promise<OpenTransaction> {
  const producer = kafkajs(bootstrap).producer({
    transactionalId: id,
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 20 },
    createPartitioner: () => () => 0,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: values.map((value) => ({ partition, key: value, value })) });
  return { transaction, close: () => producer.disconnect() };
}

const TRIES = 60;
const AGAIN_MS = 500;

/** Asks a broker; one that is on its way out or in is asked again. */
export async function asAdmin<T>(bootstrap: string, ask: (admin: Admin) => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    const admin = kafkajs(bootstrap).admin();
    try {
      await admin.connect();
      return await ask(admin);
    } catch (error) {
      if (left === 0) throw error;
      await sleep(AGAIN_MS);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
}

/** End offset of each partition. */
export const endsOf = (bootstrap: string, topic: string): Promise<number[]> =>
  asAdmin(bootstrap, async (admin) =>
    byPartition(
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]),
    ),
  );

/** Offset of each partition that a group has committed; -1 where it has none. */
export const committedBy = (bootstrap: string, groupId: string, topic: string): Promise<number[]> =>
  asAdmin(bootstrap, async (admin) => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return byPartition(found!.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  });

const byPartition = (entries: [partition: number, offset: number][]): number[] =>
  entries.sort(([a], [b]) => a - b).map(([, offset]) => offset);
