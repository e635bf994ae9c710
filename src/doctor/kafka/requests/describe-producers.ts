import type { Millis } from '../../../core/util/time.ts';
import { RequestWriter } from '../../../log/kafka/wire/request-writer.ts';
import type { TopicPartitions } from '../../../log/kafka/wire/requests/offset-fetch.ts';
import type { WireRequest } from '../../../log/kafka/wire/requests/request.ts';
import type { ResponseReader } from '../../../log/kafka/wire/response-reader.ts';
import { readPartitions } from './read-partitions.ts';

/** A producer known to a partition. */
export interface ActiveProducer {
  readonly topic: string;
  readonly partition: number;
  readonly lastWrite: Millis;
  /** First offset of its open transaction; -1 if none. */
  readonly transactionStart: number;
}

export const DESCRIBE_PRODUCERS = 61;

/** DescribeProducers, version 0 (KIP-664); send it to the partitions' leader. Omits partitions with an error. */
export const producersRequest = (
  topics: readonly TopicPartitions[],
): WireRequest<readonly ActiveProducer[]> => ({
  apiKey: DESCRIBE_PRODUCERS,
  apiVersion: 0,
  apiName: 'DescribeProducers',
  body: () => {
    const body = new RequestWriter().noTags();
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

function readPartition(answer: ResponseReader, topic: string): ActiveProducer[] {
  const partition = answer.int32();
  answer.int16(); // error code; the producers array is then empty
  answer.compactString(); // error message
  const producers = answer.compactArray(() => {
    answer.int64(); // producer id
    answer.int32(); // producer epoch
    answer.int32(); // last sequence number
    const lastWrite = answer.int64();
    answer.int32(); // coordinator epoch
    const transactionStart = answer.int64();
    answer.skipTags();
    return { topic, partition, lastWrite, transactionStart };
  });
  answer.skipTags();
  return producers;
}
