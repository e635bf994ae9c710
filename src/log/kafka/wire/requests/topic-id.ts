import { AnswerReader } from '../answer.ts';
import { BodyWriter } from '../body.ts';
import type { WireRequest } from './request.ts';

export interface TopicIdAnswer {
  /** Of Kafka's protocol; 0 is none. */
  readonly errorCode: number;
  /** Undefined for a topic made before Kafka gave ids. */
  readonly id: string | undefined;
}

/** What the broker answers when it has no word for it. */
const UNKNOWN_SERVER_ERROR = -1;

/**
 * Metadata, version 10, the first that tells the id of a topic (KIP-516); kafkajs stops at 6. A flexible version: see
 * offset-fetch.ts.
 */
export function topicIdRequest(topic: string): WireRequest<TopicIdAnswer> {
  return {
    apiKey: 3,
    apiVersion: 10,
    apiName: 'Metadata',
    body: () => {
      const body = new BodyWriter();
      // By name: the id asked for is none. No topic is to be made, and no rights are to be told.
      body.noTags().compactArray([topic], () => body.int64(0).int64(0).compactString(topic).noTags());
      return body.int8(0).int8(0).int8(0).noTags().written();
    },
    read: (payload) => {
      const answer = new AnswerReader(payload);
      answer.skipTags();
      answer.int32(); // throttle time
      answer.compactArray(() => skipBroker(answer));
      answer.compactString(); // cluster id
      answer.int32(); // controller
      // Of the one topic only what comes before its partitions.
      if (answer.uvarint() < 2) return { errorCode: UNKNOWN_SERVER_ERROR, id: undefined };
      const errorCode = answer.int16();
      answer.compactString(); // name
      return { errorCode, id: answer.uuid() };
    },
  };
}

function skipBroker(answer: AnswerReader): void {
  answer.int32(); // node id
  answer.compactString(); // host
  answer.int32(); // port
  answer.compactString(); // rack
  answer.skipTags();
}
