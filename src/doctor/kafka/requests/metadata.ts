import { AnswerReader } from '../../../log/kafka/wire/answer.ts';
import { BodyWriter } from '../../../log/kafka/wire/body.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import type { SeenBroker, SeenPartition } from '../observed.ts';

export interface MetadataTopic {
  readonly name: string;
  /** Of Kafka's protocol; 3: there is none, 29: this user may not see it. */
  readonly errorCode: number;
  readonly partitions: readonly SeenPartition[];
  /** A bit for each operation that this user may do (AclOperation.java). */
  readonly rights: number;
}

export interface Metadata {
  readonly clusterId: string;
  readonly controller: number;
  readonly brokers: readonly SeenBroker[];
  readonly topics: readonly MetadataTopic[];
}

const YES = 1;
const NO = 0;

/** Metadata, version 9, of these topics. Unlike kafkajs's it bears partitions without a leader. */
export const metadataRequest = (topics: readonly string[]): WireRequest<Metadata> => ({
  apiKey: 3,
  apiVersion: 9,
  apiName: 'Metadata',
  body: () => {
    const body = new BodyWriter().noTags();
    body.compactArray(topics, (topic) => body.compactString(topic).noTags());
    // Make no topics, tell no rights on the cluster, tell those on topics.
    return body.int8(NO).int8(NO).int8(YES).noTags().written();
  },
  read: (payload) => {
    const answer = new AnswerReader(payload);
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

function readTopic(answer: AnswerReader): MetadataTopic {
  const errorCode = answer.int16();
  const name = answer.compactString();
  answer.int8(); // internal
  const nodes = () => answer.compactArray(() => answer.int32());
  const partitions = answer.compactArray(() => {
    answer.int16(); // error: no leader, or copies away, as the numbers say
    const partition = answer.int32();
    const leader = answer.int32();
    answer.int32(); // epoch of the leader
    const found = { partition, leader, replicas: nodes(), inSync: nodes() };
    nodes(); // copies that are away
    answer.skipTags();
    return found;
  });
  const rights = answer.int32();
  answer.skipTags();
  return { name, errorCode, partitions, rights };
}
