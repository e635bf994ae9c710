import { RequestWriter } from '../request-writer.ts';
import { ResponseReader } from '../response-reader.ts';
import type { WireRequest } from './request.ts';
import { topicIdIn } from './topic-id-note.ts';

const REQUIRE_STABLE = 1;

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read; undefined if the group has none. */
  readonly offset: number | undefined;
  /** Id of the topic the offset was committed for, if the committer recorded it. */
  readonly topicId: string | undefined;
  /** Kafka error code; 88: an open transaction will move the offset, retry. */
  readonly errorCode: number;
}

export interface OffsetFetchResponse {
  readonly errorCode: number;
  readonly offsets: readonly CommittedOffset[];
}

/**
 * OffsetFetch, version 7, with "require stable" (KIP-447): the broker returns no offset that an open transaction may
 * change. In a flexible version the header ends with tagged fields, which kafkajs does not write or read; so they start
 * the body here, in the request and in the response.
 */
export function offsetFetchRequest(request: {
  readonly group: string;
  readonly topics: readonly TopicPartitions[];
}): WireRequest<OffsetFetchResponse> {
  const { group, topics } = request;
  return {
    apiKey: 9,
    apiVersion: 7,
    apiName: 'OffsetFetch',
    body: () => {
      const body = new RequestWriter();
      body.noTags().compactString(group);
      body.compactArray(topics, ({ topic, partitions }) =>
        body
          .compactString(topic)
          .compactArray(partitions, (partition) => body.int32(partition))
          .noTags(),
      );
      return body.int8(REQUIRE_STABLE).noTags().written();
    },
    read: (payload) => {
      const answer = new ResponseReader(payload);
      answer.skipTags();
      answer.int32(); // throttle time
      const offsets = answer.compactArray(() => readTopic(answer)).flat();
      return { errorCode: answer.int16(), offsets };
    },
  };
}

function readTopic(answer: ResponseReader): CommittedOffset[] {
  const topic = answer.compactString();
  const partitions = answer.compactArray(() => {
    const partition = answer.int32();
    const offset = answer.int64();
    answer.int32(); // leader epoch
    const topicId = topicIdIn(answer.compactString());
    const errorCode = answer.int16();
    answer.skipTags();
    return { topic, partition, offset: offset < 0 ? undefined : offset, topicId, errorCode };
  });
  answer.skipTags();
  return partitions;
}
