import type { GroupPositions, PartitionInfo, TopicDetails } from '../log.ts';
import { check } from './client/errors.ts';
import { endOf, startOf } from './client/offsets.ts';
import type { Kafka } from './kafka.ts';
import { describeOne } from './topics.ts';
import { fetchRequest, readCommitted } from './wire/requests/fetch.ts';

/** Offsets looked at from the end backwards for the last record: commits leave markers there. */
const LAST_OFFSETS = 20;
/** A look at a partition takes about so many bytes. */
const PEEK_BYTES = 16 * 1024;

export async function describeTopic(kafka: Kafka, name: string): Promise<TopicDetails | undefined> {
  const topic = await describeOne(kafka, name);
  if (topic === undefined) return undefined;
  const all = Array.from({ length: topic.partitions }, (_, partition) => partition);
  const partitionInfos = await Promise.all(all.map((partition) => partitionInfo(kafka, name, partition)));
  return { ...topic, partitionInfos, groups: () => groupsOf(kafka, name, topic.partitions) };
}

async function partitionInfo(kafka: Kafka, topic: string, partition: number): Promise<PartitionInfo> {
  const [start, end] = await Promise.all([startOf(kafka, topic, partition), endOf(kafka, topic, partition)]);
  const [first, last] = await Promise.all([
    peek(kafka, topic, partition, start, end),
    peek(kafka, topic, partition, Math.max(start, end - LAST_OFFSETS), end),
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

/** Append times of some committed records from an offset on. */
function peek(
  kafka: Kafka,
  topic: string,
  partition: number,
  offset: number,
  end: number,
): Promise<number[]> {
  if (offset >= end) return Promise.resolve([]);
  const { shared } = kafka;
  const request = fetchRequest({ topic, partition, offset, waitMs: 0, maxBytes: PEEK_BYTES });
  return kafka.persist(shared, async () => {
    const answer = await shared.send(await shared.leader(topic, partition), request);
    check(answer.errorCode);
    const { records } = await readCommitted(answer, offset);
    return records.map(({ timestamp }) => timestamp);
  });
}

/** The groups that have a position in a topic. */
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
