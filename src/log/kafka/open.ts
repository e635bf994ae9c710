import type { Clock } from '../../core/util/clock.ts';
import type { Log } from '../log.ts';
import { BatchingWriter } from './client/batching-writer.ts';
import { endOffset, listOffset, startOffset } from './client/offsets.ts';
import { PartitionReader } from './client/partition-reader.ts';
import { Partitioner } from './client/partitioner.ts';
import { describeTopic } from './describe.ts';
import { joinGroup } from './group/group.ts';
import { resetGroup } from './group/reset.ts';
import { SourceOffsets } from './group/source-offsets.ts';
import { Kafka } from './kafka.ts';
import type { KafkaContext, KafkaSettings } from './settings/settings.ts';
import {
  createTopic,
  deleteTopic,
  differences,
  fetchTopicId,
  listTopics,
  updateTopic,
} from './topic-admin.ts';

/** Opens a cluster as a log. Throws UserError `failed` for a refused login, `unavailable` if no broker responds in time. */
export async function openKafkaLog(
  settings: KafkaSettings,
  context: KafkaContext,
  clock: Clock,
): Promise<Log> {
  const kafka = new Kafka(settings, context, clock);
  const partitions = new Partitioner(kafka, (name, topicSettings) => createTopic(kafka, name, topicSettings));
  const writer = new BatchingWriter(kafka, partitions);
  const sourceOffsets = new SourceOffsets(kafka, partitions);
  try {
    await kafka.retry(kafka.shared, () => kafka.shared.any());
  } catch (error) {
    kafka.close();
    throw error;
  }

  return {
    url: `kafka://${settings.brokers.join(',')}`,
    createTopic: (name, topicSettings) => createTopic(kafka, name, topicSettings),
    differences: (name, topicSettings) => differences(kafka, name, topicSettings),
    updateTopic: (name, topicSettings) => updateTopic(kafka, name, topicSettings),
    async deleteTopic(name) {
      partitions.forget(name);
      return deleteTopic(kafka, name);
    },
    topics: () => listTopics(kafka),
    describe: (name) => describeTopic(kafka, name),
    identity: (name) => fetchTopicId(kafka, name),
    append: (records, position) =>
      position === undefined ? writer.append(records) : sourceOffsets.append(records, position),
    sourcePosition: (name) => sourceOffsets.get(name),
    offsetAt: async (topic, partition, time) =>
      (await listOffset(kafka, topic, partition, time)) ?? endOffset(kafka, topic, partition),
    resetGroup: (group, topic, offsets) => resetGroup(kafka, group, topic, offsets),
    async *read(topic, partition, from, follow) {
      const id = await fetchTopicId(kafka, topic);
      const start = await startOffset(kafka, topic, partition);
      const reader = new PartitionReader(kafka, topic, partition, Math.max(from, start), id);
      try {
        reader.expectEnd(await endOffset(kafka, topic, partition));
        while (!follow?.aborted) {
          const batch = await reader.read();
          if (batch !== undefined) yield batch;
          else if (follow === undefined) return;
          else await reader.waitForBatch(follow);
        }
      } finally {
        reader.close();
      }
    },
    join: (spec) => joinGroup(kafka, partitions, spec),
    async close() {
      await sourceOffsets.waitUntilVisible();
      kafka.close();
    },
  };
}
