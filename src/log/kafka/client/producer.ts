import type { Kafka } from '../kafka.ts';
import { compress, compressionCode } from '../wire/compression.ts';
import { encodeRecords, sealBatch } from '../wire/record-batch.ts';
import { produceRequest } from '../wire/requests/produce.ts';
import type { Broker, Connection } from './connection.ts';
import { check, isProducerOver, isTooLarge, tooLargeProblem, typeOf } from './errors.ts';
import type { PlacedRecords } from './partitions.ts';

/** Sequence numbers are 32 bits without a sign; the next after the last is 0. */
const SEQUENCES = 2 ** 31;
/** Bytes that a record takes beside its key and value, about. */
const RECORD_OVERHEAD = 40;

/** The name that a broker knows a producer by: with its epoch it numbers batches, so that a repeat is seen. */
export interface ProducerId {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

interface Packed {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
  readonly records: PlacedRecords['records'];
  readonly firstSequence: number;
}

/** An idempotent producer, in a transaction or not. After an error it is over: open another one. */
export class Producer {
  readonly #sequences = new Map<string, number>();

  private constructor(
    readonly kafka: Kafka,
    readonly link: Connection,
    readonly transactionalId: string | undefined,
    readonly id: ProducerId,
  ) {}

  /**
   * With a transactional id: fences whoever had it, and resolves when the former's transaction has ended on every
   * partition.
   */
  static async open(kafka: Kafka, link: Connection, transactionalId?: string): Promise<Producer> {
    const transactionTimeout = kafka.settings.transactionTimeoutMs;
    const id = await kafka.persist(link, async () => {
      const broker =
        transactionalId === undefined
          ? await link.any()
          : await link.coordinator('transaction', transactionalId);
      return broker.initProducerId({ transactionalId, transactionTimeout });
    });
    const { producerId, producerEpoch } = id;
    return new Producer(kafka, link, transactionalId, { producerId: BigInt(producerId), producerEpoch });
  }

  /** Resolves when every in-sync copy has every record. Records of one partition stay in order. */
  async send(placed: readonly PlacedRecords[]): Promise<void> {
    const { batchBytes } = this.kafka.settings;
    const lanes = placed.map((lane) => ({ ...lane, parts: [...cut(lane.records, batchBytes)] }));
    const rounds = Math.max(0, ...lanes.map(({ parts }) => parts.length));
    let sent: Promise<void> = Promise.resolve();
    for (let round = 0; round < rounds; round++) {
      const due = lanes.filter(({ parts }) => parts.length > round);
      const packed = await Promise.all(
        due.map(({ topic, partition, parts }) => this.#pack(topic, partition, parts[round]!)),
      );
      // One round is on its way while the next is packed.
      await sent;
      sent = this.#deliver(packed);
      sent.catch(() => {});
    }
    await sent;
  }

  async #pack(topic: string, partition: number, records: PlacedRecords['records']): Promise<Packed> {
    const place = `${topic}/${partition}`;
    const firstSequence = this.#sequences.get(place) ?? 0;
    this.#sequences.set(place, (firstSequence + records.length) % SEQUENCES);
    return this.#seal(topic, partition, records, firstSequence);
  }

  async #seal(
    topic: string,
    partition: number,
    records: PlacedRecords['records'],
    firstSequence: number,
  ): Promise<Packed> {
    const compression = compressionCode(this.kafka.settings.compression);
    const batch = sealBatch({
      records: await compress(compression, encodeRecords(records)),
      count: records.length,
      compression,
      timestamp: this.kafka.clock.now(),
      transactional: this.transactionalId !== undefined,
      ...this.id,
      firstSequence,
    });
    return { topic, partition, batch, records, firstSequence };
  }

  /**
   * Sends the same bytes again until each partition has them: the broker knows a repeat by its numbers. A batch that is too
   * large for its topic is sent in two halves. Throws Problem `failed` for a record that alone is.
   */
  async #deliver(packed: readonly Packed[]): Promise<void> {
    const left = new Set(packed);
    const tooLarge: Packed[] = [];
    const pass = isProducerOver;
    await this.kafka.persist(
      this.link,
      async () => {
        const byBroker = new Map<Broker, Packed[]>();
        for (const one of left) {
          const broker = await this.link.leader(one.topic, one.partition);
          byBroker.set(broker, [...(byBroker.get(broker) ?? []), one]);
        }
        const outcomes = await Promise.allSettled(
          [...byBroker].map(([broker, some]) => this.#hand(broker, some, left, tooLarge)),
        );
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      },
      { pass, topic: packed.map(({ topic }) => topic).join(', ') },
    );
    for (const { topic, partition, records, firstSequence } of tooLarge) {
      const half = Math.ceil(records.length / 2);
      await this.#deliver([await this.#seal(topic, partition, records.slice(0, half), firstSequence)]);
      const next = (firstSequence + half) % SEQUENCES;
      await this.#deliver([await this.#seal(topic, partition, records.slice(half), next)]);
    }
  }

  async #hand(
    broker: Broker,
    packed: readonly Packed[],
    left: Set<Packed>,
    tooLarge: Packed[],
  ): Promise<void> {
    const { transactionalId } = this;
    const timeoutMs = this.kafka.settings.requestTimeoutMs;
    const answers = await this.link.send(
      broker,
      produceRequest({ transactionalId, timeoutMs, batches: packed }),
    );
    let failure: unknown;
    for (const one of packed) {
      const answer = answers.find(
        ({ topic, partition }) => topic === one.topic && partition === one.partition,
      );
      try {
        check(answer?.errorCode ?? -1);
        left.delete(one);
      } catch (error) {
        if (typeOf(error) === 'DUPLICATE_SEQUENCE_NUMBER') left.delete(one);
        else if (isTooLarge(error)) {
          if (one.records.length === 1)
            throw tooLargeProblem(one.records[0]!, one.partition, one.batch.length);
          left.delete(one);
          tooLarge.push(one);
        } else if (failure === undefined || isProducerOver(error)) failure = error;
      }
    }
    if (failure !== undefined) throw failure;
  }
}

/** Runs of records of about `bytes` at most, as encoded. */
function* cut(records: PlacedRecords['records'], bytes: number): Iterable<PlacedRecords['records']> {
  let from = 0;
  let size = 0;
  for (let i = 0; i < records.length; i++) {
    const { key, value } = records[i]!;
    const add = (key?.length ?? 0) + (value?.length ?? 0) + RECORD_OVERHEAD;
    if (size + add > bytes && i > from) {
      yield records.slice(from, i);
      from = i;
      size = 0;
    }
    size += add;
  }
  if (from < records.length) yield from === 0 ? records : records.slice(from);
}
