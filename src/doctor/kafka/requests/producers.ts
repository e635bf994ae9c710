import type { Millis } from '../../../core/util/time.ts';
import type { AnswerReader } from '../../../log/kafka/wire/answer.ts';
import { BodyWriter } from '../../../log/kafka/wire/body.ts';
import type { TopicPartitions } from '../../../log/kafka/wire/requests/offset-fetch.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import { readPartitions } from './partitions.ts';

/** A producer that a partition remembers. */
export interface ActiveProducer {
  readonly topic: string;
  readonly partition: number;
  readonly lastWrite: Millis;
  /** Offset where its open transaction begins; -1: it has none. */
  readonly transactionStart: number;
}

export const DESCRIBE_PRODUCERS = 61;

/** DescribeProducers, version 0 (KIP-664), to be asked of the partitions' leader. Leaves out partitions with an error. */
export const producersRequest = (
  topics: readonly TopicPartitions[],
): WireRequest<readonly ActiveProducer[]> => ({
  apiKey: DESCRIBE_PRODUCERS,
  apiVersion: 0,
  apiName: 'DescribeProducers',
  body: () => {
    const body = new BodyWriter().noTags();
    body.compactArray(topics, ({ topic, partitions }) =>
      body
        .compactString(topic)
        .compactArray(partitions, (partition) => body.int32(partition))
        .noTags(),
    );
    return body.noTags().written();
  },
  read: (payload) => readPartitions(payload, readPartition).flat(),
});

function readPartition(answer: AnswerReader, topic: string): ActiveProducer[] {
  const partition = answer.int32();
  answer.int16(); // error: then there are no producers
  answer.compactString(); // of the error
  const producers = answer.compactArray(() => {
    answer.int64(); // producer id
    answer.int32(); // its epoch
    answer.int32(); // last sequence number
    const lastWrite = answer.int64();
    answer.int32(); // epoch of the coordinator
    const transactionStart = answer.int64();
    answer.skipTags();
    return { topic, partition, lastWrite, transactionStart };
  });
  answer.skipTags();
  return producers;
}
