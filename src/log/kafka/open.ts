import type { Clock } from '../../core/util/clock.ts';
import type { Log } from '../log.ts';
import { endOf, offsetOf, startOf } from './client/offsets.ts';
import { PartitionReader } from './client/partition-reader.ts';
import { Partitions } from './client/partitions.ts';
import { Writer } from './client/writer.ts';
import { describeTopic } from './describe.ts';
import { joinGroup } from './group/group.ts';
import { resetGroup } from './group/reset.ts';
import { SourceOffsets } from './group/source-offsets.ts';
import { Kafka } from './kafka.ts';
import type { KafkaSettings, Opener } from './settings/settings.ts';
import { createTopic, deleteTopic, differences, identityOf, listTopics, updateTopic } from './topics.ts';

/** A cluster as a log. Throws Problem `failed` for a refused login, `unavailable` when nobody answers in time. */
export async function openKafkaLog(settings: KafkaSettings, opener: Opener, clock: Clock): Promise<Log> {
  const kafka = new Kafka(settings, opener, clock);
  const partitions = new Partitions(kafka, (name, wanted) => createTopic(kafka, name, wanted));
  const writer = new Writer(kafka, partitions);
  const places = new SourceOffsets(kafka, partitions);
  try {
    await kafka.persist(kafka.shared, () => kafka.shared.any());
  } catch (error) {
    kafka.close();
    throw error;
  }

  return {
    url: `kafka://${settings.brokers.join(',')}`,
    createTopic: (name, wanted) => createTopic(kafka, name, wanted),
    differences: (name, wanted) => differences(kafka, name, wanted),
    updateTopic: (name, wanted) => updateTopic(kafka, name, wanted),
    async deleteTopic(name) {
      partitions.forget(name);
      return deleteTopic(kafka, name);
    },
    topics: () => listTopics(kafka),
    describe: (name) => describeTopic(kafka, name),
    identity: (name) => identityOf(kafka, name),
    append: (records, mark) => (mark === undefined ? writer.append(records) : places.append(records, mark)),
    mark: (name) => places.get(name),
    offsetAt: async (topic, partition, time) =>
      (await offsetOf(kafka, topic, partition, time)) ?? endOf(kafka, topic, partition),
    resetGroup: (group, topic, offsets) => resetGroup(kafka, group, topic, offsets),
    async *read(topic, partition, from, follow) {
      const id = await identityOf(kafka, topic);
      const start = await startOf(kafka, topic, partition);
      const feed = new PartitionReader(kafka, topic, partition, Math.max(from, start), id);
      try {
        feed.expect(await endOf(kafka, topic, partition));
        while (!follow?.aborted) {
          const batch = await feed.read();
          if (batch !== undefined) yield batch;
          else if (follow === undefined) return;
          else await feed.arrival(follow);
        }
      } finally {
        feed.close();
      }
    },
    join: (spec) => joinGroup(kafka, partitions, spec),
    async close() {
      await places.settle();
      kafka.close();
    },
  };
}
