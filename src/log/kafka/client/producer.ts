import type { Kafka } from '../kafka.ts';
import { compress, compressionCode } from '../wire/compression.ts';
import { encodeRecords, sealBatch } from '../wire/record-batch.ts';
import { produceRequest } from '../wire/requests/produce.ts';
import type { Broker, Connection } from './connection.ts';
import { errorType, isTooLarge, needsNewProducer, recordTooLarge, throwIfError } from './kafka-errors.ts';
import type { PartitionRecords } from './partitioner.ts';

/** Sequence numbers are 31 bits and wrap to 0. */
const SEQUENCES = 2 ** 31;
/** Approximate bytes of a record besides its key and value. */
const RECORD_OVERHEAD = 40;

/** Identifies a producer to the brokers, which use it with the sequence number to detect repeated batches. */
export interface ProducerId {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

interface PackedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
  readonly records: PartitionRecords['records'];
  readonly firstSequence: number;
}

/** An idempotent or transactional producer. After an error it is unusable: open another one. */
export class Producer {
  readonly #sequences = new Map<string, number>();

  private constructor(
    readonly kafka: Kafka,
    readonly connection: Connection,
    readonly transactionalId: string | undefined,
    readonly id: ProducerId,
  ) {}

  /**
   * With a transactional id: fences its previous producer and resolves once that producer's transaction has ended on
   * every partition.
   */
  static async open(kafka: Kafka, connection: Connection, transactionalId?: string): Promise<Producer> {
    const transactionTimeout = kafka.settings.transactionTimeoutMs;
    const id = await kafka.retry(connection, async () => {
      const broker =
        transactionalId === undefined
          ? await connection.any()
          : await connection.coordinator('transaction', transactionalId);
      return broker.initProducerId({ transactionalId, transactionTimeout });
    });
    const { producerId, producerEpoch } = id;
    return new Producer(kafka, connection, transactionalId, {
      producerId: BigInt(producerId),
      producerEpoch,
    });
  }

  /** Resolves when all in-sync replicas have every record. Records of one partition stay in order. */
  async send(placed: readonly PartitionRecords[]): Promise<void> {
    const { batchBytes } = this.kafka.settings;
    const lanes = placed.map((lane) => ({ ...lane, parts: [...splitBySize(lane.records, batchBytes)] }));
    const batches = Math.max(0, ...lanes.map(({ parts }) => parts.length));
    let sent: Promise<void> = Promise.resolve();
    for (let n = 0; n < batches; n++) {
      const due = lanes.filter(({ parts }) => parts.length > n);
      const packed = await Promise.all(
        due.map(({ topic, partition, parts }) => this.#pack(topic, partition, parts[n]!)),
      );
      // Pack the next batches while these are in flight.
      await sent;
      sent = this.#deliver(packed);
      sent.catch(() => {});
    }
    await sent;
  }

  async #pack(topic: string, partition: number, records: PartitionRecords['records']): Promise<PackedBatch> {
    const name = `${topic}/${partition}`;
    const firstSequence = this.#sequences.get(name) ?? 0;
    this.#sequences.set(name, (firstSequence + records.length) % SEQUENCES);
    return this.#seal(topic, partition, records, firstSequence);
  }

  async #seal(
    topic: string,
    partition: number,
    records: PartitionRecords['records'],
    firstSequence: number,
  ): Promise<PackedBatch> {
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
   * Resends the same bytes until each partition has them: brokers detect a repeat by its sequence numbers. Splits a
   * batch that is too large for its topic. Throws UserError `failed` for a single record that is too large.
   */
  async #deliver(packed: readonly PackedBatch[]): Promise<void> {
    const left = new Set(packed);
    const tooLarge: PackedBatch[] = [];
    const pass = needsNewProducer;
    await this.kafka.retry(
      this.connection,
      async () => {
        const byBroker = new Map<Broker, PackedBatch[]>();
        for (const one of left) {
          const broker = await this.connection.leader(one.topic, one.partition);
          byBroker.set(broker, [...(byBroker.get(broker) ?? []), one]);
        }
        const outcomes = await Promise.allSettled(
          [...byBroker].map(([broker, some]) => this.#sendTo(broker, some, left, tooLarge)),
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

  async #sendTo(
    broker: Broker,
    packed: readonly PackedBatch[],
    left: Set<PackedBatch>,
    tooLarge: PackedBatch[],
  ): Promise<void> {
    const { transactionalId } = this;
    const timeoutMs = this.kafka.settings.requestTimeoutMs;
    const answers = await this.connection.send(
      broker,
      produceRequest({ transactionalId, timeoutMs, batches: packed }),
    );
    let failure: unknown;
    for (const one of packed) {
      const answer = answers.find(
        ({ topic, partition }) => topic === one.topic && partition === one.partition,
      );
      try {
        throwIfError(answer?.errorCode ?? -1);
        left.delete(one);
      } catch (error) {
        if (errorType(error) === 'DUPLICATE_SEQUENCE_NUMBER') left.delete(one);
        else if (isTooLarge(error)) {
          if (one.records.length === 1)
            throw recordTooLarge(one.records[0]!, one.partition, one.batch.length);
          left.delete(one);
          tooLarge.push(one);
        } else if (failure === undefined || needsNewProducer(error)) failure = error;
      }
    }
    if (failure !== undefined) throw failure;
  }
}

/** Splits records into runs of at most about `bytes`, as encoded. */
function* splitBySize(
  records: PartitionRecords['records'],
  bytes: number,
): Iterable<PartitionRecords['records']> {
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
