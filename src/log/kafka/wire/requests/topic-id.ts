import { RequestWriter } from '../request-writer.ts';
import { ResponseReader } from '../response-reader.ts';
import type { WireRequest } from './request.ts';

export interface TopicIdResponse {
  /** Kafka error code; 0 means none. */
  readonly errorCode: number;
  /** Undefined for topics older than topic ids. */
  readonly id: string | undefined;
}

/** Error code for a response without the requested partition. */
const UNKNOWN_SERVER_ERROR = -1;

/**
 * Metadata, version 10, the first with topic ids (KIP-516); kafkajs stops at 6. A flexible version: see offset-fetch.ts.
 */
export function topicIdRequest(topic: string): WireRequest<TopicIdResponse> {
  return {
    apiKey: 3,
    apiVersion: 10,
    apiName: 'Metadata',
    body: () => {
      const body = new RequestWriter();
      // Lookup by name: the id is zero. No topic creation, no permissions.
      body.noTags().compactArray([topic], () => body.int64(0).int64(0).compactString(topic).noTags());
      return body.int8(0).int8(0).int8(0).noTags().written();
    },
    read: (payload) => {
      const answer = new ResponseReader(payload);
      answer.skipTags();
      answer.int32(); // throttle time
      answer.compactArray(() => skipBroker(answer));
      answer.compactString(); // cluster id
      answer.int32(); // controller
      // Parse only the topic's fields before its partitions.
      if (answer.uvarint() < 2) return { errorCode: UNKNOWN_SERVER_ERROR, id: undefined };
      const errorCode = answer.int16();
      answer.compactString(); // name
      return { errorCode, id: answer.uuid() };
    },
  };
}

function skipBroker(answer: ResponseReader): void {
  answer.int32(); // node id
  answer.compactString(); // host
  answer.int32(); // port
  answer.compactString(); // rack
  answer.skipTags();
}
