import type { NewRecord } from '../../../core/stream/record.ts';
import { partitionOf } from '../../../core/util/hash.ts';
import type { Millis } from '../../../core/util/time.ts';
import { topicDefaults } from '../../../market/catalog/topics.ts';
import { goneProblem, type TopicSettings } from '../../log.ts';
import type { Kafka } from '../kafka.ts';
import { identityOf } from '../topics.ts';
import { typeOf } from './errors.ts';

/** A record with its place. */
export interface PlacedRecords {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly NewRecord[];
}

/** Partition counts by topic; a topic that is not there is made with its defaults. */
export class Partitions {
  /** With the time of the look, epoch ms. */
  readonly #counts = new Map<string, { readonly count: number; readonly at: Millis }>();

  constructor(
    readonly kafka: Kafka,
    readonly create: (name: string, settings: TopicSettings) => Promise<boolean>,
  ) {}

  /** As of `metadataMaxAgeMs` ago at most. */
  async count(topic: string): Promise<number> {
    const { clock, settings } = this.kafka;
    const known = this.#counts.get(topic);
    if (known !== undefined && clock.monotonic() - known.at < settings.metadataMaxAgeMs) return known.count;
    if (known !== undefined) return (await this.look(topic)).count;
    const count = (await this.find(topic)) ?? (await this.#make(topic));
    this.#counts.set(topic, { count, at: clock.monotonic() });
    return count;
  }

  /** A topic as it is now: its id, and its number of partitions. Throws Problem for one that is not there. */
  async look(topic: string): Promise<{ readonly id: string | undefined; readonly count: number }> {
    // Asking for the id brings the link's own knowledge up to date.
    const id = await identityOf(this.kafka, topic);
    const count = await this.find(topic);
    if (count === undefined) throw goneProblem(topic);
    this.#counts.set(topic, { count, at: this.kafka.clock.monotonic() });
    return { id, count };
  }

  /** Undefined when there is no such topic. */
  async find(topic: string): Promise<number | undefined> {
    const { shared } = this.kafka;
    const pass = (error: unknown) => typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
    try {
      return (await this.kafka.persist(shared, () => shared.partitions(topic), { pass })).length;
    } catch (error) {
      if (pass(error)) return undefined;
      throw error;
    }
  }

  async #make(topic: string): Promise<number> {
    await this.create(topic, topicDefaults(topic));
    const { shared } = this.kafka;
    return (await this.kafka.persist(shared, () => shared.partitions(topic))).length;
  }

  forget(topic: string): void {
    this.#counts.delete(topic);
  }

  /** Records by topic and partition, in order within each. */
  async place(records: readonly NewRecord[]): Promise<PlacedRecords[]> {
    const placed = new Map<string, NewRecord[][]>();
    for (const record of records) {
      let lists = placed.get(record.topic);
      if (lists === undefined) {
        const count = await this.count(record.topic);
        lists = Array.from({ length: count }, () => []);
        placed.set(record.topic, lists);
      }
      if (record.by === null) for (const list of lists) list.push(record);
      else lists[partitionOf(record.by, lists.length)]!.push(record);
    }
    return [...placed].flatMap(([topic, lists]) =>
      lists.flatMap((list, partition) => (list.length > 0 ? [{ topic, partition, records: list }] : [])),
    );
  }
}
