import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { type Measured, measure } from './measure.ts';

/** kafkajs alone, used as in its documentation: the floor of every stage over Kafka. */
const client = (bootstrap: string): Kafka =>
  new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING });

/** Records of 200 bytes, 1,000 per send, one send after the other, acks from all replicas. */
export async function kafkajsProduce(bootstrap: string, topic: string, count: number): Promise<Measured> {
  const producer = client(bootstrap).producer({
    idempotent: true,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const value = JSON.stringify({ pad: 'x'.repeat(180), n: 12_345 });
  const messages = Array.from({ length: 1000 }, (_, i) => ({
    key: `k${i}`,
    value,
    headers: { schema: 'x/1' },
  }));
  const measured = await measure('', async () => {
    for (let sent = 0; sent < count; sent += messages.length) await producer.send({ topic, messages });
    return count;
  });
  await producer.disconnect();
  return measured;
}

/** Every record of a topic consumed by eachBatch and passed to `take`: no output, no guarantee. */
export async function kafkajsConsume(
  bootstrap: string,
  topic: string,
  count: number,
  take: (text: string) => unknown,
): Promise<Measured> {
  const consumer = client(bootstrap).consumer({
    groupId: `floor-${Date.now()}`,
    maxBytesPerPartition: 1 << 20,
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let seen = 0;
  let begun = 0;
  let all = () => {};
  const done = new Promise<void>((resolve) => {
    all = resolve;
  });
  const measured = await measure('', async () => {
    await consumer.run({
      partitionsConsumedConcurrently: 6,
      eachBatch: async ({ batch }) => {
        begun ||= performance.now();
        for (const { value } of batch.messages) take(value!.toString());
        seen += batch.messages.length;
        if (seen >= count) all();
      },
    });
    await done;
    return seen;
  });
  const seconds = (performance.now() - begun) / 1000;
  await consumer.disconnect();
  return { ...measured, seconds, perSecond: seen / seconds };
}
