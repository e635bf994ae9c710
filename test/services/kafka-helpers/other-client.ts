import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, logLevel, type Transaction } from 'kafkajs';

/** A plain kafkajs client, for operations that cryptopipe never performs. */
export const kafkajs = (bootstrap: string): Kafka =>
  new Kafka({ brokers: bootstrap.split(','), clientId: 'other', logLevel: logLevel.NOTHING });

export interface OpenTransaction {
  readonly transaction: Transaction;
  /** Closes the client and leaves the transaction open. */
  close(): Promise<void>;
}

/** Writes values to a partition in a transaction that stays open. */
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

/** Runs an admin request; retries while a broker starts or stops. */
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

/** A group's committed offset of each partition; -1 if none. */
export const committedBy = (bootstrap: string, groupId: string, topic: string): Promise<number[]> =>
  asAdmin(bootstrap, async (admin) => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return byPartition(found!.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  });

const byPartition = (entries: [partition: number, offset: number][]): number[] =>
  entries.sort(([a], [b]) => a - b).map(([, offset]) => offset);
