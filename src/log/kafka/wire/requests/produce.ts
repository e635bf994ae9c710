import { RequestWriter } from '../request-writer.ts';
import { ResponseReader } from '../response-reader.ts';
import type { WireRequest } from './request.ts';

const ACKS_ALL = -1;
/** Upper bound of the bytes around a batch in a request. */
const AROUND_BATCH = 64;

/** A sealed batch and its partition. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

export interface ProduceResult {
  readonly topic: string;
  readonly partition: number;
  /** Kafka error code; 0 means none. */
  readonly errorCode: number;
}

/**
 * Produce, version 7: one batch per partition, acknowledged by all in-sync replicas within `timeoutMs`.
 */
export function produceRequest(request: {
  readonly transactionalId: string | undefined;
  readonly timeoutMs: number;
  readonly batches: readonly PartitionBatch[];
}): WireRequest<readonly ProduceResult[]> {
  const { transactionalId, timeoutMs, batches } = request;
  const size = batches.reduce(
    (sum, { topic, batch }) => sum + batch.length + topic.length + AROUND_BATCH,
    512,
  );
  return {
    apiKey: 0,
    apiVersion: 7,
    apiName: 'Produce',
    body: () => {
      const body = new RequestWriter(size);
      body.nullableString(transactionalId).int16(ACKS_ALL).int32(timeoutMs);
      body.array(batches, ({ topic, partition, batch }) =>
        body.string(topic).array([batch], () => body.int32(partition).bytes(batch)),
      );
      return body.written();
    },
    read: (payload) => {
      const answer = new ResponseReader(payload);
      const topics = answer.array(() => {
        const topic = answer.string();
        return answer.array(() => readPartition(answer, topic));
      });
      return topics.flat();
    },
  };
}

function readPartition(answer: ResponseReader, topic: string): ProduceResult {
  const produced = { topic, partition: answer.int32(), errorCode: answer.int16() };
  answer.int64(); // offset of the batch's first record
  answer.int64(); // log append time
  answer.int64(); // log start offset
  return produced;
}
