import { RequestWriter } from '../../../log/kafka/wire/request-writer.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import { ResponseReader } from '../../../log/kafka/wire/response-reader.ts';
import type { ObservedBroker, ObservedPartition } from '../observed.ts';

export interface MetadataTopic {
  readonly name: string;
  /** Kafka error code; 3: the topic does not exist, 29: this user may not see it. */
  readonly errorCode: number;
  readonly partitions: readonly ObservedPartition[];
  /** One bit per operation that this user may perform (AclOperation.java). */
  readonly rights: number;
}

export interface Metadata {
  readonly clusterId: string;
  readonly controller: number;
  readonly brokers: readonly ObservedBroker[];
  readonly topics: readonly MetadataTopic[];
}

const YES = 1;
const NO = 0;

/** Metadata, version 9, of these topics. Unlike kafkajs's request it accepts partitions without a leader. */
export const metadataRequest = (topics: readonly string[]): WireRequest<Metadata> => ({
  apiKey: 3,
  apiVersion: 9,
  apiName: 'Metadata',
  body: () => {
    const body = new RequestWriter().noTags();
    body.compactArray(topics, (topic) => body.compactString(topic).noTags());
    // No topic creation, no cluster permissions, but topic permissions.
    return body.int8(NO).int8(NO).int8(YES).noTags().written();
  },
  read: (payload) => {
    const answer = new ResponseReader(payload);
    answer.skipTags();
    answer.int32(); // throttle time
    const brokers = answer.compactArray(() => {
      const broker = { id: answer.int32(), address: `${answer.compactString()}:${answer.int32()}` };
      answer.compactString(); // rack
      answer.skipTags();
      return broker;
    });
    const clusterId = answer.compactString();
    const controller = answer.int32();
    return { brokers, clusterId, controller, topics: answer.compactArray(() => readTopic(answer)) };
  },
});

function readTopic(answer: ResponseReader): MetadataTopic {
  const errorCode = answer.int16();
  const name = answer.compactString();
  answer.int8(); // internal
  const nodes = () => answer.compactArray(() => answer.int32());
  const partitions = answer.compactArray(() => {
    answer.int16(); // error code, implied by leader and replicas
    const partition = answer.int32();
    const leader = answer.int32();
    answer.int32(); // leader epoch
    const found = { partition, leader, replicas: nodes(), inSync: nodes() };
    nodes(); // offline replicas
    answer.skipTags();
    return found;
  });
  const rights = answer.int32();
  answer.skipTags();
  return { name, errorCode, partitions, rights };
}
