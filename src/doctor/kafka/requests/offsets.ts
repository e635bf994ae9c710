import type { AnswerReader } from '../../../log/kafka/wire/answer.ts';
import { BodyWriter } from '../../../log/kafka/wire/body.ts';
import type { TopicPartitions } from '../../../log/kafka/wire/requests/offset-fetch.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import { readPartitions } from './partitions.ts';

/** Kafka's numbers for the first offset that is kept, and the one after the last committed record. */
export const START = -2;
export const END = -1;

export interface ListedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly offset: number;
}

const NO_REPLICA = -1;
const READ_COMMITTED = 1;
const ANY_EPOCH = -1;

/** ListOffsets, version 6, to be asked of the partitions' leader. */
export const offsetsRequest = (
  place: typeof START | typeof END,
  topics: readonly TopicPartitions[],
): WireRequest<readonly ListedOffset[]> => ({
  apiKey: 2,
  apiVersion: 6,
  apiName: 'ListOffsets',
  body: () => {
    const body = new BodyWriter().noTags().int32(NO_REPLICA).int8(READ_COMMITTED);
    body.compactArray(topics, ({ topic, partitions }) =>
      body
        .compactString(topic)
        .compactArray(partitions, (partition) => body.int32(partition).int32(ANY_EPOCH).int64(place).noTags())
        .noTags(),
    );
    return body.noTags().written();
  },
  read: (payload) => readPartitions(payload, readPartition),
});

function readPartition(answer: AnswerReader, topic: string): ListedOffset {
  const partition = answer.int32();
  const errorCode = answer.int16();
  answer.int64(); // a time
  const offset = answer.int64();
  answer.int32(); // epoch of the leader
  answer.skipTags();
  return { topic, partition, errorCode, offset };
}
