import { AnswerReader } from '../answer.ts';
import { BodyWriter } from '../body.ts';
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
  /** The next one to read; undefined: the group has none. */
  readonly offset: number | undefined;
  /** The id of the topic that the position is of, where who committed it said so. */
  readonly topicId: string | undefined;
  /** Of Kafka's protocol; 88: an open transaction will move it, ask again. */
  readonly errorCode: number;
}

export interface OffsetAnswer {
  readonly errorCode: number;
  readonly offsets: readonly CommittedOffset[];
}

/**
 * OffsetFetch, version 7: with "require stable" (KIP-447), so that no offset is answered while an open transaction may
 * change it. A flexible version, so the request header ends with tagged fields, which kafkajs's does not: they come first
 * in the body here, and in the answer.
 */
export function offsetFetchRequest(request: {
  readonly group: string;
  readonly topics: readonly TopicPartitions[];
}): WireRequest<OffsetAnswer> {
  const { group, topics } = request;
  return {
    apiKey: 9,
    apiVersion: 7,
    apiName: 'OffsetFetch',
    body: () => {
      const body = new BodyWriter();
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
      const answer = new AnswerReader(payload);
      answer.skipTags();
      answer.int32(); // throttle time
      const offsets = answer.compactArray(() => readTopic(answer)).flat();
      return { errorCode: answer.int16(), offsets };
    },
  };
}

function readTopic(answer: AnswerReader): CommittedOffset[] {
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
