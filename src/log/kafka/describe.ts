import type { GroupPositions, PartitionInfo, TopicDetails } from '../log.ts';
import { throwIfError } from './client/kafka-errors.ts';
import { endOffset, startOffset } from './client/offsets.ts';
import type { Kafka } from './kafka.ts';
import { topicInfo } from './topic-admin.ts';
import { fetchRequest, readCommitted } from './wire/requests/fetch.ts';

/** How far back from the end to search for the last record, because transaction markers take up offsets. */
const LAST_OFFSETS = 20;
/** Approximate fetch size when sampling a partition. */
const SAMPLE_BYTES = 16 * 1024;

export async function describeTopic(kafka: Kafka, name: string): Promise<TopicDetails | undefined> {
  const topic = await topicInfo(kafka, name);
  if (topic === undefined) return undefined;
  const all = Array.from({ length: topic.partitions }, (_, partition) => partition);
  const partitionInfos = await Promise.all(all.map((partition) => partitionInfo(kafka, name, partition)));
  return { ...topic, partitionInfos, groups: () => groupsOf(kafka, name, topic.partitions) };
}

async function partitionInfo(kafka: Kafka, topic: string, partition: number): Promise<PartitionInfo> {
  const [start, end] = await Promise.all([
    startOffset(kafka, topic, partition),
    endOffset(kafka, topic, partition),
  ]);
  const [first, last] = await Promise.all([
    sampleTimes(kafka, topic, partition, start, end),
    sampleTimes(kafka, topic, partition, Math.max(start, end - LAST_OFFSETS), end),
  ]);
  return {
    partition,
    start,
    end,
    records: end - start,
    bytes: undefined,
    firstTime: first[0],
    lastTime: last.at(-1) ?? first.at(-1),
  };
}

/** Append times of some committed records from an offset onwards. */
function sampleTimes(
  kafka: Kafka,
  topic: string,
  partition: number,
  offset: number,
  end: number,
): Promise<number[]> {
  if (offset >= end) return Promise.resolve([]);
  const { shared } = kafka;
  const request = fetchRequest({ topic, partition, offset, waitMs: 0, maxBytes: SAMPLE_BYTES });
  return kafka.retry(shared, async () => {
    const answer = await shared.send(await shared.leader(topic, partition), request);
    throwIfError(answer.errorCode);
    const { records } = await readCommitted(answer, offset);
    return records.map(({ timestamp }) => timestamp);
  });
}

/** The groups with offsets in a topic. */
async function groupsOf(kafka: Kafka, topic: string, partitions: number): Promise<GroupPositions> {
  return kafka.admin(async (admin) => {
    const found = new Map<string, (number | undefined)[]>();
    for (const { groupId } of (await admin.listGroups()).groups) {
      const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
      const positions = Array.from({ length: partitions }, (_, partition) => {
        const offset = Number(offsets?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
        return offset < 0 ? undefined : offset;
      });
      if (positions.some((position) => position !== undefined)) found.set(groupId, positions);
    }
    return found;
  });
}
