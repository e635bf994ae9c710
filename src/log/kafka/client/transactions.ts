import { UserError } from '../../../core/errors.ts';
import { commitEntries, NO_IDS, type TopicIds } from '../group/commit-entries.ts';
import type { Kafka } from '../kafka.ts';
import type { Broker, Connection } from './connection.ts';
import { errorType, isFenced, needsNewProducer, rootCause } from './kafka-errors.ts';
import type { PartitionRecords } from './partitioner.ts';
import { Producer } from './producer.ts';

/** The next transaction must wait while the markers of the last are being written: 2 ms, then longer. */
const BUSY_WAIT_MS = 2;
const LONGEST_BUSY_WAIT_MS = 100;

/** One transaction: records and a group's next offsets. */
export interface TransactionContents {
  readonly records: readonly PartitionRecords[];
  readonly group: string;
  /** Next offset by topic, all of one partition number. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly partition: number;
  /** Ids of the topics of `offsets`. */
  readonly ids?: TopicIds;
}

/** The transactions of one transactional id. Opening fences its previous producer. */
export class Transactions {
  readonly #kafka: Kafka;
  readonly #connection: Connection;
  #producer: Producer;
  #markersPending = false;

  private constructor(kafka: Kafka, connection: Connection, producer: Producer) {
    this.#kafka = kafka;
    this.#connection = connection;
    this.#producer = producer;
  }

  static async open(kafka: Kafka, id: string): Promise<Transactions> {
    const connection = kafka.openConnection();
    try {
      return new Transactions(kafka, connection, await Producer.open(kafka, connection, id));
    } catch (error) {
      kafka.closeConnection(connection);
      throw error;
    }
  }

  /**
   * Commits atomically. Throws UserError `fenced` if the outcome is unknown: then reopen, which ends the open
   * transaction, and ask the broker for the committed offsets.
   */
  async commit({ records, group, offsets, partition, ids = NO_IDS }: TransactionContents): Promise<void> {
    const topics = topicsOf(records);
    const topicNames = topics.map(({ topic }) => topic).join(', ');
    try {
      // 1. Register partitions and group. 2. Write records and offsets, still invisible. 3. Commit, which makes them visible.
      const joined: Promise<unknown>[] = [];
      if (topics.length > 0)
        joined.push(this.#send((broker, ids) => broker.addPartitionsToTxn({ ...ids, topics }), topicNames));
      if (offsets.size > 0) {
        await Promise.all(joined);
        joined.push(this.#send((broker, ids) => broker.addOffsetsToTxn({ ...ids, groupId: group })));
      }
      await Promise.all(joined);
      await Promise.all([
        this.#producer.send(records),
        this.#sendOffsets(group, commitEntries(offsets, partition, ids)),
      ]);
      this.#markersPending = true;
      await this.#send((broker, ids) => broker.endTxn({ ...ids, transactionResult: true }));
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw notCommitted(error, this.#producer.transactionalId!);
    }
  }

  async #sendOffsets(group: string, topics: ReturnType<typeof commitEntries>): Promise<void> {
    if (topics.length === 0) return;
    const connection = this.#connection;
    await this.#kafka.retry(
      connection,
      async () => {
        const broker = await connection.coordinator('group', group);
        await broker.txnOffsetCommit({ ...idsOf(this.#producer), groupId: group, topics });
      },
      { pass: needsNewProducer },
    );
  }

  /** Resolves when the last transaction is visible on every partition: the broker grants a new epoch only then. */
  async waitUntilVisible(): Promise<void> {
    if (!this.#markersPending) return;
    this.#producer = await Producer.open(this.#kafka, this.#connection, this.#producer.transactionalId);
    this.#markersPending = false;
  }

  close(): void {
    this.#kafka.closeConnection(this.#connection);
  }

  async #send(
    request: (broker: Broker, ids: ReturnType<typeof idsOf>) => Promise<unknown>,
    topic?: string,
  ): Promise<void> {
    const pass = (error: unknown) =>
      needsNewProducer(error) || errorType(error) === 'CONCURRENT_TRANSACTIONS';
    for (let wait = BUSY_WAIT_MS; ; wait = Math.min(LONGEST_BUSY_WAIT_MS, wait * 1.3)) {
      try {
        await this.#kafka.retry(
          this.#connection,
          async () => {
            const id = this.#producer.transactionalId!;
            await request(await this.#connection.coordinator('transaction', id), idsOf(this.#producer));
          },
          topic === undefined ? { pass } : { pass, topic },
        );
        return;
      } catch (error) {
        if (errorType(error) !== 'CONCURRENT_TRANSACTIONS') throw error;
        await this.#kafka.clock.sleep(wait);
      }
    }
  }
}

const idsOf = ({ transactionalId, id }: Producer) => ({
  transactionalId: transactionalId!,
  producerId: String(id.producerId),
  producerEpoch: id.producerEpoch,
});

function topicsOf(records: readonly PartitionRecords[]) {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of records) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  return [...topics].map(([topic, partitions]) => ({ topic, partitions: [...new Set(partitions)] }));
}

function notCommitted(error: unknown, id: string): UserError {
  const reason = isFenced(error)
    ? 'another process took over, or the broker aborted a transaction that was open too long'
    : rootCause(error)?.message;
  return new UserError(
    'fenced',
    `transaction of ${id} was not committed: ${reason}`,
    'Nothing is lost: the new owner of the partition resumes from the committed offsets.',
    true,
    { cause: error },
  );
}
