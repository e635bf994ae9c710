import type { Check } from '../../core/check.ts';
import type { StoredRecord } from '../../core/stream/record.ts';
import { HOUR } from '../../core/util/time.ts';
import type { Broker, Connection } from '../../log/kafka/client/connection.ts';
import { isFenced, isProducerOver } from '../../log/kafka/client/errors.ts';
import { endOf } from '../../log/kafka/client/offsets.ts';
import { PartitionReader } from '../../log/kafka/client/partition-reader.ts';
import { Producer } from '../../log/kafka/client/producer.ts';
import { Transactions } from '../../log/kafka/client/transactions.ts';
import { committedOffsets } from '../../log/kafka/group/offset-store.ts';
import type { Kafka } from '../../log/kafka/kafka.ts';
import { createTopic, deleteTopic, identityOf } from '../../log/kafka/topics.ts';
import { judgeTrial } from './checks/transaction-probe.ts';

const HEADERS = { schema: 'doctor/1' };
/** Next offsets that a group commits, in a transaction that counts and in one that does not. */
const COMMITTED_OFFSET = 1;
const ABORTED_OFFSET = 2;

/** A topic of its own for the trial, gone afterwards; a partition for each broker, so that each leads one. */
export async function tryTransactions(kafka: Kafka, brokers: number): Promise<Check[]> {
  const topic = `${kafka.opener.app}.doctor`;
  await createTopic(kafka, topic, {
    partitions: brokers,
    retentionMs: HOUR,
    compacted: false,
    config: { 'message.timestamp.type': 'LogAppendTime' },
  });
  try {
    return await new Trial(kafka, topic).run();
  } finally {
    await kafka.admin((admin) => admin.deleteGroups([topic])).catch(() => {});
    await deleteTopic(kafka, topic);
  }
}

/** Its topic, its transactional id and its group have one name. */
class Trial {
  readonly #kafka: Kafka;
  readonly #name: string;
  readonly #link: Connection;
  #partitions: readonly { readonly partition: number; readonly leader: number; readonly from: number }[] = [];

  constructor(kafka: Kafka, name: string) {
    this.#kafka = kafka;
    this.#name = name;
    this.#link = kafka.link();
  }

  async run(): Promise<Check[]> {
    const { clock } = this.#kafka;
    try {
      await this.#look();
      const plain = await Producer.open(this.#kafka, this.#link);
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
      return judgeTrial({
        keys: new Set(read.flat().map(({ key }) => key ?? '')),
        offset: await this.#offset(),
        committed: COMMITTED_OFFSET,
        fenced,
        clocks,
      });
    } finally {
      this.#kafka.unlink(this.#link);
    }
  }

  /** The topic may be left from a trial that was cut short: what is in it does not count. */
  async #look(): Promise<void> {
    const found = await this.#kafka.persist(this.#link, () => this.#link.partitions(this.#name));
    this.#partitions = await Promise.all(
      found.map(async ({ partitionId, leader }) => ({
        partition: partitionId,
        leader,
        from: await endOf(this.#kafka, this.#name, partitionId),
      })),
    );
  }

  #records(key: string) {
    const record = { topic: this.#name, by: key, key, value: '{}', headers: HEADERS };
    return this.#partitions.map(({ partition }) => ({ topic: this.#name, partition, records: [record] }));
  }

  async #commit(): Promise<void> {
    const transactions = await Transactions.open(this.#kafka, this.#name);
    try {
      const offsets = new Map([[this.#name, COMMITTED_OFFSET]]);
      await transactions.commit({
        placed: this.#records('committed'),
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
    await this.#ask('transaction', (broker) => broker.addOffsetsToTxn({ ...begun, groupId: this.#name }));
    const offset = { partition: 0, offset: String(ABORTED_OFFSET), metadata: '' };
    const topics = [{ topic: this.#name, partitions: [offset] }];
    await this.#ask('group', (broker) => broker.txnOffsetCommit({ ...begun, groupId: this.#name, topics }));
    await this.#ask('transaction', (broker) => broker.endTxn({ ...begun, transactionResult: false }));
  }

  /** As when a process is taken for dead: another opens its transactional id, and it comes back. False: it commits. */
  async #fence(): Promise<boolean> {
    const frozen = await this.#begin('frozen');
    await Producer.open(this.#kafka, this.#link, this.#name);
    try {
      await this.#ask('transaction', (broker) => broker.endTxn({ ...frozen, transactionResult: true }));
      return false;
    } catch (error) {
      if (isFenced(error)) return true;
      throw error;
    }
  }

  /** A producer with a record in a transaction that is not ended. Opening waits for the end of the former's. */
  async #begin(key: string) {
    const producer = await Producer.open(this.#kafka, this.#link, this.#name);
    const { producerId, producerEpoch } = producer.id;
    const ids = { transactionalId: this.#name, producerId: String(producerId), producerEpoch };
    const topics = [{ topic: this.#name, partitions: this.#partitions.map(({ partition }) => partition) }];
    await this.#ask('transaction', (broker) => broker.addPartitionsToTxn({ ...ids, topics }));
    await producer.send(this.#records(key));
    return ids;
  }

  #ask<T>(of: 'group' | 'transaction', question: (broker: Broker) => Promise<T>): Promise<T> {
    const step = async () => question(await this.#link.coordinator(of, this.#name));
    return this.#kafka.persist(this.#link, step, { pass: isProducerOver });
  }

  async #read(partition: number, from: number): Promise<StoredRecord[]> {
    const id = await identityOf(this.#kafka, this.#name);
    const feed = new PartitionReader(this.#kafka, this.#name, partition, from, id);
    const records: StoredRecord[] = [];
    try {
      feed.expect(await endOf(this.#kafka, this.#name, partition));
      for (let batch = await feed.read(); batch !== undefined; batch = await feed.read())
        records.push(...batch.records);
      return records;
    } finally {
      feed.close();
    }
  }

  async #offset(): Promise<number | undefined> {
    return (await committedOffsets(this.#kafka, this.#name, [this.#name], 0)).get(this.#name);
  }
}
