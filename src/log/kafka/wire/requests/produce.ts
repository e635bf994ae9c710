import { AnswerReader } from '../answer.ts';
import { BodyWriter } from '../body.ts';
import type { WireRequest } from './request.ts';

const ACKS_ALL = -1;
/** More than what frames a batch in a request. */
const AROUND_BATCH = 64;

/** A sealed batch and where it goes. */
export interface PlacedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

export interface Produced {
  readonly topic: string;
  readonly partition: number;
  /** Of Kafka's protocol; 0 is none. */
  readonly errorCode: number;
}

/**
 * Produce, version 7: one batch for each partition, acknowledged by all in-sync copies, waited for `timeoutMs` at the
 * broker.
 */
export function produceRequest(request: {
  readonly transactionalId: string | undefined;
  readonly timeoutMs: number;
  readonly batches: readonly PlacedBatch[];
}): WireRequest<readonly Produced[]> {
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
      const body = new BodyWriter(size);
      body.nullableString(transactionalId).int16(ACKS_ALL).int32(timeoutMs);
      body.array(batches, ({ topic, partition, batch }) =>
        body.string(topic).array([batch], () => body.int32(partition).bytes(batch)),
      );
      return body.written();
    },
    read: (payload) => {
      const answer = new AnswerReader(payload);
      const topics = answer.array(() => {
        const topic = answer.string();
        return answer.array(() => readPartition(answer, topic));
      });
      return topics.flat();
    },
  };
}

function readPartition(answer: AnswerReader, topic: string): Produced {
  const produced = { topic, partition: answer.int32(), errorCode: answer.int16() };
  answer.int64(); // offset of the batch's first record
  answer.int64(); // log append time
  answer.int64(); // log start offset
  return produced;
}
