import type { GroupPositions, PartitionInfo, TopicDetails } from '../log.ts';
import { throwIfError } from './client/kafka-errors.ts';
import { endOffset, startOffset } from './client/offsets.ts';
import type { Kafka } from './kafka.ts';
import { topicInfo } from './topic-admin.ts';
import { committedFrom } from './wire/aborted.ts';
import { rawBatches } from './wire/raw-batch.ts';
import { fetchRequest } from './wire/requests/fetch.ts';

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
    firstTime: first.firstTime,
    lastTime: last.lastTime ?? first.lastTime,
  };
}

type Times = Pick<PartitionInfo, 'firstTime' | 'lastTime'>;

/** Append times of some committed records from an offset onwards, to the batch: headers are read, records are not. */
function sampleTimes(
  kafka: Kafka,
  topic: string,
  partition: number,
  offset: number,
  end: number,
): Promise<Times> {
  if (offset >= end) return Promise.resolve({ firstTime: undefined, lastTime: undefined });
  const { shared } = kafka;
  const request = fetchRequest({ topic, partition, offset, waitMs: 0, maxBytes: SAMPLE_BYTES });
  return kafka.retry(shared, async () => {
    const { errorCode, recordSet, aborted } = await shared.send(
      await shared.leader(topic, partition),
      request,
    );
    throwIfError(errorCode);
    const batches = committedFrom(rawBatches(recordSet), aborted, offset);
    const [first] = batches;
    return {
      firstTime: first && (first.logAppendTime ? first.maxTimestamp : first.firstTimestamp),
      lastTime: batches.at(-1)?.maxTimestamp,
    };
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
