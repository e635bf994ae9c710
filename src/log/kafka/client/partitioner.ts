import type { NewRecord } from '../../../core/stream/record.ts';
import { partitionOf } from '../../../core/util/hash.ts';
import type { Millis } from '../../../core/util/time.ts';
import { topicDefaults } from '../../../market/catalog/topics.ts';
import type { TopicSettings } from '../../log.ts';
import type { Kafka } from '../kafka.ts';
import { fetchTopicId } from '../topic-admin.ts';
import { errorType } from './kafka-errors.ts';

/** Records with their topic and partition. */
export interface PartitionRecords {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly NewRecord[];
}

/** Caches partition counts and assigns records to partitions. Creates missing topics with their defaults. */
export class Partitioner {
  /** Counts with the time they were fetched, epoch ms. */
  readonly #counts = new Map<string, { readonly count: number; readonly at: Millis }>();

  constructor(
    readonly kafka: Kafka,
    readonly create: (name: string, settings: TopicSettings) => Promise<boolean>,
  ) {}

  /** At most `metadataMaxAgeMs` old. */
  async count(topic: string): Promise<number> {
    const { clock, settings } = this.kafka;
    const known = this.#counts.get(topic);
    if (known !== undefined && clock.monotonic() - known.at < settings.metadataMaxAgeMs) return known.count;
    if (known !== undefined) return (await this.refresh(topic)).count;
    const count = (await this.find(topic)) ?? (await this.#make(topic));
    this.#counts.set(topic, { count, at: clock.monotonic() });
    return count;
  }

  /** Fetches a topic's id and partition count. Throws UserError if the topic does not exist. */
  async refresh(topic: string): Promise<{ readonly id: string | undefined; readonly count: number }> {
    // This also refreshes the connection's metadata.
    const id = await fetchTopicId(this.kafka, topic);
    // Another broker may not know a topic yet that was just created: it is asked again for a while.
    const { shared } = this.kafka;
    const count = (await this.kafka.retry(shared, () => shared.partitions(topic), { topic })).length;
    this.#counts.set(topic, { count, at: this.kafka.clock.monotonic() });
    return { id, count };
  }

  /** Undefined if the topic does not exist. */
  async find(topic: string): Promise<number | undefined> {
    const { shared } = this.kafka;
    const pass = (error: unknown) => errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
    try {
      return (await this.kafka.retry(shared, () => shared.partitions(topic), { pass })).length;
    } catch (error) {
      if (pass(error)) return undefined;
      throw error;
    }
  }

  async #make(topic: string): Promise<number> {
    await this.create(topic, topicDefaults(topic));
    const { shared } = this.kafka;
    return (await this.kafka.retry(shared, () => shared.partitions(topic))).length;
  }

  forget(topic: string): void {
    this.#counts.delete(topic);
  }

  /** Groups records by topic and partition, in order within each. A null partition key means all partitions. */
  async assign(records: readonly NewRecord[]): Promise<PartitionRecords[]> {
    const placed = new Map<string, NewRecord[][]>();
    for (const record of records) {
      let lists = placed.get(record.topic);
      if (lists === undefined) {
        const count = await this.count(record.topic);
        lists = Array.from({ length: count }, () => []);
        placed.set(record.topic, lists);
      }
      if (record.partitionKey === null) for (const list of lists) list.push(record);
      else lists[partitionOf(record.partitionKey, lists.length)]!.push(record);
    }
    return [...placed].flatMap(([topic, lists]) =>
      lists.flatMap((list, partition) => (list.length > 0 ? [{ topic, partition, records: list }] : [])),
    );
  }
}
