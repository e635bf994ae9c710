import type { NewRecord } from '../../../core/stream/record.ts';
import type { Kafka } from '../kafka.ts';
import { isProducerOver } from './errors.ts';
import type { Partitions } from './partitions.ts';
import { Producer } from './producer.ts';

interface Waiting {
  readonly records: readonly NewRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Records sent together at most, whatever waits. */
const MOST_RECORDS = 20_000;

/** Appends outside transactions: idempotent, acknowledged by every in-sync copy. What comes meanwhile goes together. */
export class Writer {
  readonly #kafka: Kafka;
  readonly #partitions: Partitions;
  #producer: Promise<Producer> | undefined;
  #queue: Waiting[] = [];
  #running = false;

  constructor(kafka: Kafka, partitions: Partitions) {
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

  #take(): Waiting[] {
    let count = 0;
    let end = 0;
    while (end < this.#queue.length && (end === 0 || count < MOST_RECORDS))
      count += this.#queue[end++]!.records.length;
    return this.#queue.splice(0, end);
  }

  /** A producer whose numbers the broker has forgotten is replaced; then what it had not acknowledged is sent again. */
  async #send(records: readonly NewRecord[]): Promise<void> {
    const placed = await this.#partitions.place(records);
    for (;;) {
      this.#producer ??= Producer.open(this.#kafka, this.#kafka.link());
      const producer = await this.#producer.catch((error: unknown) => {
        this.#producer = undefined;
        throw error;
      });
      try {
        return await producer.send(placed);
      } catch (error) {
        this.#producer = undefined;
        this.#kafka.unlink(producer.link);
        if (!isProducerOver(error)) throw error;
      }
    }
  }
}
