import { partitionOf } from '../../core/hash.ts';
import type { NewRecord } from '../../core/record.ts';
import { topicDefaults } from '../../market/topics.ts';
import type { TopicSettings } from '../log.ts';
import { typeOf } from './errors.ts';
import type { Kafka } from './kafka.ts';

/** A record with its place. */
export interface PlacedRecords {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly NewRecord[];
}

/** Partition counts by topic; a topic that is not there is made with its defaults. */
export class Partitions {
  readonly #counts = new Map<string, number>();

  constructor(
    readonly kafka: Kafka,
    readonly create: (name: string, settings: TopicSettings) => Promise<boolean>,
  ) {}

  async count(topic: string): Promise<number> {
    const known = this.#counts.get(topic);
    if (known !== undefined) return known;
    const count = (await this.find(topic)) ?? (await this.#make(topic));
    this.#counts.set(topic, count);
    return count;
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
