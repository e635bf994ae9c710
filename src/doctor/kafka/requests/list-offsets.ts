import { RequestWriter } from '../../../log/kafka/wire/request-writer.ts';
import type { TopicPartitions } from '../../../log/kafka/wire/requests/offset-fetch.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import type { ResponseReader } from '../../../log/kafka/wire/response-reader.ts';
import { readPartitions } from './read-partitions.ts';

/** Kafka's special timestamps for the first retained offset and for the end of committed records. */
export const START = -2;
export const END = -1;

export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly offset: number;
}

const NO_REPLICA = -1;
const READ_COMMITTED = 1;
const ANY_EPOCH = -1;

/** ListOffsets, version 6; send it to the partitions' leader. */
export const offsetsRequest = (
  timestamp: typeof START | typeof END,
  topics: readonly TopicPartitions[],
): WireRequest<readonly PartitionOffset[]> => ({
  apiKey: 2,
  apiVersion: 6,
  apiName: 'ListOffsets',
  body: () => {
    const body = new RequestWriter().noTags().int32(NO_REPLICA).int8(READ_COMMITTED);
    body.compactArray(topics, ({ topic, partitions }) =>
      body
        .compactString(topic)
        .compactArray(partitions, (partition) =>
          body.int32(partition).int32(ANY_EPOCH).int64(timestamp).noTags(),
        )
        .noTags(),
    );
    return body.noTags().written();
  },
  read: (payload) => readPartitions(payload, readPartition),
});

function readPartition(answer: ResponseReader, topic: string): PartitionOffset {
  const partition = answer.int32();
  const errorCode = answer.int16();
  answer.int64(); // timestamp
  const offset = answer.int64();
  answer.int32(); // leader epoch
  answer.skipTags();
  return { topic, partition, errorCode, offset };
}
