import type { NewRecord } from '../../../core/stream/record.ts';
import type { Kafka } from '../kafka.ts';
import { needsNewProducer } from './kafka-errors.ts';
import type { Partitioner } from './partitioner.ts';
import { Producer } from './producer.ts';

interface PendingAppend {
  readonly records: readonly NewRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Maximum number of records sent together. */
const MOST_RECORDS = 20_000;

/** Appends outside transactions: idempotent, acknowledged by all in-sync replicas. Batches appends made while one is in flight. */
export class BatchingWriter {
  readonly #kafka: Kafka;
  readonly #partitions: Partitioner;
  #producer: Promise<Producer> | undefined;
  #queue: PendingAppend[] = [];
  #running = false;

  constructor(kafka: Kafka, partitions: Partitioner) {
    this.#kafka = kafka;
    this.#partitions = partitions;
  }

  append(records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#queue.push({ records, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    const { lingerMs } = this.#kafka.settings;
    while (this.#queue.length > 0) {
      if (lingerMs > 0 && this.#records() < MOST_RECORDS) await this.#kafka.clock.sleep(lingerMs);
      const some = this.#take();
      try {
        await this.#send(some.flatMap(({ records }) => records));
        for (const { resolve } of some) resolve();
      } catch (error) {
        for (const { reject } of some) reject(error);
      }
    }
    this.#running = false;
  }

  #records(): number {
    return this.#queue.reduce((sum, { records }) => sum + records.length, 0);
  }

  #take(): PendingAppend[] {
    let count = 0;
    let end = 0;
    while (end < this.#queue.length && (end === 0 || count < MOST_RECORDS))
      count += this.#queue[end++]!.records.length;
    return this.#queue.splice(0, end);
  }

  /** Replaces a producer that the broker no longer knows, then resends the unacknowledged records. */
  async #send(records: readonly NewRecord[]): Promise<void> {
    const placed = await this.#partitions.assign(records);
    for (;;) {
      this.#producer ??= Producer.open(this.#kafka, this.#kafka.openConnection());
      const producer = await this.#producer.catch((error: unknown) => {
        this.#producer = undefined;
        throw error;
      });
      try {
        return await producer.send(placed);
      } catch (error) {
        this.#producer = undefined;
        this.#kafka.closeConnection(producer.connection);
        if (!needsNewProducer(error)) throw error;
      }
    }
  }
}
