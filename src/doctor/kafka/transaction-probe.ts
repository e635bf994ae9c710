import type { Check } from '../../core/check.ts';
import type { StoredRecord } from '../../core/stream/record.ts';
import { HOUR } from '../../core/util/time.ts';
import type { Broker, Connection } from '../../log/kafka/client/connection.ts';
import { isFenced, needsNewProducer } from '../../log/kafka/client/kafka-errors.ts';
import { endOffset } from '../../log/kafka/client/offsets.ts';
import { PartitionReader } from '../../log/kafka/client/partition-reader.ts';
import { Producer } from '../../log/kafka/client/producer.ts';
import { Transactions } from '../../log/kafka/client/transactions.ts';
import { committedOffsets } from '../../log/kafka/group/offset-store.ts';
import type { Kafka } from '../../log/kafka/kafka.ts';
import { createTopic, deleteTopic, fetchTopicId } from '../../log/kafka/topic-admin.ts';
import { checkTransactions } from './checks/transactions.ts';
import { retryWhileStarting } from './retry-while-starting.ts';

const HEADERS = { schema: 'doctor/1' };
/** Group offsets in the committed and in the aborted transaction. */
const COMMITTED_OFFSET = 1;
const ABORTED_OFFSET = 2;

/**
 * Probes transactions in a topic with one partition per broker, so that each leads one; deletes it afterwards. Retries for
 * 10 s, because a broker that just started is still creating internal topics.
 */
export const probeTransactions = (kafka: Kafka, brokers: number): Promise<Check[]> =>
  retryWhileStarting(kafka.clock, () => probeOnce(kafka, brokers));

async function probeOnce(kafka: Kafka, brokers: number): Promise<Check[]> {
  const topic = `${kafka.context.app}.doctor`;
  await createTopic(kafka, topic, {
    partitions: brokers,
    retentionMs: HOUR,
    compacted: false,
    config: { 'message.timestamp.type': 'LogAppendTime' },
  });
  try {
    return await new TransactionProbe(kafka, topic).run();
  } finally {
    await kafka.admin((admin) => admin.deleteGroups([topic])).catch(() => {});
    await deleteTopic(kafka, topic);
  }
}

/** Uses one name for its topic, transactional id and group. */
class TransactionProbe {
  readonly #kafka: Kafka;
  readonly #name: string;
  readonly #connection: Connection;
  #partitions: readonly { readonly partition: number; readonly leader: number; readonly from: number }[] = [];

  constructor(kafka: Kafka, name: string) {
    this.#kafka = kafka;
    this.#name = name;
    this.#connection = kafka.openConnection();
  }

  async run(): Promise<Check[]> {
    const { clock } = this.#kafka;
    try {
      await this.#readPartitions();
      const plain = await Producer.open(this.#kafka, this.#connection);
      const before = clock.now();
      await plain.send(this.#records('plain'));
      const after = clock.now();
      await this.#commit();
      await this.#abort();
      const fenced = await this.#fence();
      const read = await Promise.all(
        this.#partitions.map(({ partition, from }) => this.#read(partition, from)),
      );
      const clocks = this.#partitions.flatMap(({ leader }, at) => {
        const time = read[at]!.find(({ key }) => key === 'plain')?.timestamp;
        return time === undefined ? [] : [{ broker: leader, time, before, after }];
      });
      return checkTransactions({
        keys: new Set(read.flat().map(({ key }) => key ?? '')),
        offset: await this.#offset(),
        committed: COMMITTED_OFFSET,
        fenced,
        clocks,
      });
    } finally {
      this.#kafka.closeConnection(this.#connection);
    }
  }

  /** The topic may be left over from an interrupted probe, so records before the current end are ignored. */
  async #readPartitions(): Promise<void> {
    const found = await this.#kafka.retry(this.#connection, () => this.#connection.partitions(this.#name));
    this.#partitions = await Promise.all(
      found.map(async ({ partitionId, leader }) => ({
        partition: partitionId,
        leader,
        from: await endOffset(this.#kafka, this.#name, partitionId),
      })),
    );
  }

  #records(key: string) {
    const record = { topic: this.#name, partitionKey: key, key, value: '{}', headers: HEADERS };
    return this.#partitions.map(({ partition }) => ({ topic: this.#name, partition, records: [record] }));
  }

  async #commit(): Promise<void> {
    const transactions = await Transactions.open(this.#kafka, this.#name);
    try {
      const offsets = new Map([[this.#name, COMMITTED_OFFSET]]);
      await transactions.commit({
        records: this.#records('committed'),
        group: this.#name,
        offsets,
        partition: 0,
      });
    } finally {
      transactions.close();
    }
  }

  async #abort(): Promise<void> {
    const begun = await this.#begin('aborted');
    await this.#send('transaction', (broker) => broker.addOffsetsToTxn({ ...begun, groupId: this.#name }));
    const offset = { partition: 0, offset: String(ABORTED_OFFSET), metadata: '' };
    const topics = [{ topic: this.#name, partitions: [offset] }];
    await this.#send('group', (broker) => broker.txnOffsetCommit({ ...begun, groupId: this.#name, topics }));
    await this.#send('transaction', (broker) => broker.endTxn({ ...begun, transactionResult: false }));
  }

  /** Simulates a zombie: a second producer takes over the transactional id. Returns false if the first can still commit. */
  async #fence(): Promise<boolean> {
    const frozen = await this.#begin('frozen');
    await Producer.open(this.#kafka, this.#connection, this.#name);
    try {
      await this.#send('transaction', (broker) => broker.endTxn({ ...frozen, transactionResult: true }));
      return false;
    } catch (error) {
      if (isFenced(error)) return true;
      throw error;
    }
  }

  /** Starts a transaction with one record and leaves it open. Opening waits until the previous transaction ends. */
  async #begin(key: string) {
    const producer = await Producer.open(this.#kafka, this.#connection, this.#name);
    const { producerId, producerEpoch } = producer.id;
    const ids = { transactionalId: this.#name, producerId: String(producerId), producerEpoch };
    const topics = [{ topic: this.#name, partitions: this.#partitions.map(({ partition }) => partition) }];
    await this.#send('transaction', (broker) => broker.addPartitionsToTxn({ ...ids, topics }));
    await producer.send(this.#records(key));
    return ids;
  }

  #send<T>(type: 'group' | 'transaction', request: (broker: Broker) => Promise<T>): Promise<T> {
    const step = async () => request(await this.#connection.coordinator(type, this.#name));
    return this.#kafka.retry(this.#connection, step, { pass: needsNewProducer });
  }

  async #read(partition: number, from: number): Promise<StoredRecord[]> {
    const id = await fetchTopicId(this.#kafka, this.#name);
    const reader = new PartitionReader(this.#kafka, this.#name, partition, from, id);
    const records: StoredRecord[] = [];
    try {
      reader.expectEnd(await endOffset(this.#kafka, this.#name, partition));
      for (let batch = await reader.read(); batch !== undefined; batch = await reader.read())
        records.push(...batch.records);
      return records;
    } finally {
      reader.close();
    }
  }

  async #offset(): Promise<number | undefined> {
    return (await committedOffsets(this.#kafka, this.#name, [this.#name], 0)).get(this.#name);
  }
}
