import { describe, expect, test } from 'vitest';
import { RequestWriter } from '../../../../../src/log/kafka/wire/request-writer.ts';
import { produceRequest } from '../../../../../src/log/kafka/wire/requests/produce.ts';
import { batchAt, text } from '../batches.ts';
import { answerByKafkajs, bodyByKafkajs } from '../kafkajs.ts';

const batch = batchAt(0, [text('a')]);
const batches = [
  { topic: 'prices', partition: 3, batch },
  { topic: 'late', partition: 0, batch: batchAt(0, [text('b'.repeat(10_000))]) },
];

describe('produce request', () => {
  test.each([['app.join.3'], [undefined]])(
    'the produce request matches kafkajs with transactional id %s',
    async (transactionalId) => {
      const { body } = produceRequest({ transactionalId, timeoutMs: 30_000, batches: [batches[0]!] });
      const messages = [{ key: null, value: 'a', headers: {} }];
      const theirs = await bodyByKafkajs('produce/v7', {
        acks: -1,
        timeout: 30_000,
        transactionalId,
        topicData: [{ topic: 'prices', partitions: [{ partition: 3, messages }] }],
      });
      const frame = theirs.length - batch.length;
      expect(body().subarray(0, frame)).toEqual(theirs.subarray(0, frame));
      expect(body().subarray(frame)).toEqual(batch);
    },
  );

  test('a produce request can hold many batches', () => {
    const { body } = produceRequest({ transactionalId: undefined, timeoutMs: 1, batches });
    for (const one of batches) expect(body().includes(one.batch)).toBe(true);
  });

  test('the response is parsed as by kafkajs', async () => {
    const body = new RequestWriter();
    body.array(['prices', 'late'], (topic) =>
      body.string(topic).array([3, 4], (partition) =>
        body
          .int32(partition)
          .int16(partition === 3 ? 0 : 47)
          .int64(2 ** 40)
          .int64(-1)
          .int64(5),
      ),
    );
    const payload = body.int32(0).written();
    const ours = produceRequest({ transactionalId: undefined, timeoutMs: 1, batches }).read(payload);
    const { topics } = await answerByKafkajs('produce/v7', payload);
    expect(ours).toHaveLength(4);
    expect(ours[1]).toEqual({ topic: 'prices', partition: 4, errorCode: 47 });
    expect(ours).toEqual(
      topics.flatMap(
        ({ topicName, partitions }: { topicName: string; partitions: Record<string, string | number>[] }) =>
          partitions.map(({ partition, errorCode }) => ({
            topic: topicName,
            partition,
            errorCode,
          })),
      ),
    );
  });
});
