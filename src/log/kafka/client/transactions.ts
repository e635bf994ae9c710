import { UserError } from '../../../core/errors.ts';
import { NO_IDS, positionsOf, type TopicIds } from '../group/positions.ts';
import type { Kafka } from '../kafka.ts';
import type { Broker, Connection } from './connection.ts';
import { isFenced, isProducerOver, rootOf, typeOf } from './errors.ts';
import type { PlacedRecords } from './partitions.ts';
import { Producer } from './producer.ts';

/** While the markers of the last transaction are still being written the next one has to wait a moment: 2 ms, then longer. */
const BUSY_WAIT_MS = 2;
const LONGEST_BUSY_WAIT_MS = 100;

/** One transaction: records, and a group's next offsets. */
export interface Transaction {
  readonly placed: readonly PlacedRecords[];
  readonly group: string;
  /** Next offset by topic, all of one partition number. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly partition: number;
  /** Of the topics that the offsets are of. */
  readonly ids?: TopicIds;
}

/** The transactions of one transactional id. Opening fences whoever had it before. */
export class Transactions {
  readonly #kafka: Kafka;
  readonly #link: Connection;
  #producer: Producer;
  #unsettled = false;

  private constructor(kafka: Kafka, link: Connection, producer: Producer) {
    this.#kafka = kafka;
    this.#link = link;
    this.#producer = producer;
  }

  static async open(kafka: Kafka, id: string): Promise<Transactions> {
    const link = kafka.link();
    try {
      return new Transactions(kafka, link, await Producer.open(kafka, link, id));
    } catch (error) {
      kafka.unlink(link);
      throw error;
    }
  }

  /**
   * All of it or nothing. Throws Problem `fenced` when it cannot be known to be done: then open anew, which ends what
   * was begun, and ask the broker what is committed.
   */
  async commit({ placed, group, offsets, partition, ids = NO_IDS }: Transaction): Promise<void> {
    const topics = topicsOf(placed);
    const about = topics.map(({ topic }) => topic).join(', ');
    try {
      // 1. The coordinator learns what takes part. 2. Records and offsets are written, invisible. 3. They become visible.
      const joined: Promise<unknown>[] = [];
      if (topics.length > 0)
        joined.push(this.#ask((broker, ids) => broker.addPartitionsToTxn({ ...ids, topics }), about));
      if (offsets.size > 0) {
        await Promise.all(joined);
        joined.push(this.#ask((broker, ids) => broker.addOffsetsToTxn({ ...ids, groupId: group })));
      }
      await Promise.all(joined);
      await Promise.all([
        this.#producer.send(placed),
        this.#sendOffsets(group, positionsOf(offsets, partition, ids)),
      ]);
      this.#unsettled = true;
      await this.#ask((broker, ids) => broker.endTxn({ ...ids, transactionResult: true }));
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw cutShort(error, this.#producer.transactionalId!);
    }
  }

  async #sendOffsets(group: string, topics: ReturnType<typeof positionsOf>): Promise<void> {
    if (topics.length === 0) return;
    const link = this.#link;
    await this.#kafka.persist(
      link,
      async () => {
        const broker = await link.coordinator('group', group);
        await broker.txnOffsetCommit({ ...idsOf(this.#producer), groupId: group, topics });
      },
      { pass: isProducerOver },
    );
  }

  /** Resolves when the last transaction is visible on every partition: the broker gives no new epoch before. */
  async settle(): Promise<void> {
    if (!this.#unsettled) return;
    this.#producer = await Producer.open(this.#kafka, this.#link, this.#producer.transactionalId);
    this.#unsettled = false;
  }

  close(): void {
    this.#kafka.unlink(this.#link);
  }

  async #ask(
    question: (broker: Broker, ids: ReturnType<typeof idsOf>) => Promise<unknown>,
    topic?: string,
  ): Promise<void> {
    const pass = (error: unknown) => isProducerOver(error) || typeOf(error) === 'CONCURRENT_TRANSACTIONS';
    for (let wait = BUSY_WAIT_MS; ; wait = Math.min(LONGEST_BUSY_WAIT_MS, wait * 1.3)) {
      try {
        await this.#kafka.persist(
          this.#link,
          async () => {
            const id = this.#producer.transactionalId!;
            await question(await this.#link.coordinator('transaction', id), idsOf(this.#producer));
          },
          topic === undefined ? { pass } : { pass, topic },
        );
        return;
      } catch (error) {
        if (typeOf(error) !== 'CONCURRENT_TRANSACTIONS') throw error;
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

function topicsOf(placed: readonly PlacedRecords[]) {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of placed) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  return [...topics].map(([topic, partitions]) => ({ topic, partitions: [...new Set(partitions)] }));
}

function cutShort(error: unknown, id: string): UserError {
  const why = isFenced(error)
    ? 'another process took it over, or the broker ended a transaction that was open too long'
    : rootOf(error)?.message;
  return new UserError(
    'fenced',
    `transaction of ${id} was not committed: ${why}`,
    'Nothing is lost: who has the partition now goes on from what is committed.',
    true,
    { cause: error },
  );
}
