import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandbox, succeed } from '../e2e/cli.ts';
import { sharedKafkaFixture } from './kafka-helpers/fixture.ts';
import { kafkajs } from './kafka-helpers/other-client.ts';
import { shared } from './shared/shared.ts';

const fixture = sharedKafkaFixture();
const { run } = sandbox();
let url: string;
let client: MongoClient;
beforeAll(async () => {
  ({ url } = await shared('mongo'));
  client = await MongoClient.connect(url, { useBigInt64: true });
});
afterAll(() => client?.close());

interface Message {
  readonly key: string;
  readonly value: string | null;
  /** Epoch ms by the producer's clock. */
  readonly at?: number;
}

const create = (topic: string) =>
  fixture.log.createTopic(topic, { partitions: 1, retentionMs: undefined, compacted: false });

async function send(topic: string, messages: readonly Message[]): Promise<void> {
  const producer = kafkajs(fixture.cluster.bootstrap).producer();
  await producer.connect();
  await producer.send({
    topic,
    messages: messages.map(({ key, value, at = Date.now() }) => ({ key, value, timestamp: String(at) })),
  });
  await producer.disconnect();
}

/** `sink mongo --once` of a topic of quotes into a database of its name; gives the summary. */
async function sink(topic: string, group = topic): Promise<{ out: number; rejected: number }> {
  const args = ['--topics', topic, '--dataset', 'quotes', '--group', group, '--url', url, '--db', topic];
  return JSON.parse(await succeed(run(['sink', 'mongo', '--bus', fixture.bus, ...args, '--once'])));
}
const documents = (topic: string) => client.db(topic).collection(topic).find().sort({ _id: 1 }).toArray();

const quote = (base: string, price: number, at: number): Message => ({
  key: base,
  value: JSON.stringify({ source: 'f', base, price }),
  at,
});

test('the last record of a key wins, even if the clock of its producer is behind', async () => {
  const topic = 'mongo-behind';
  const now = Date.now() - 60_000;
  await create(topic);
  await send(topic, [quote('k', 1, now + 5000), quote('gone', 1, now + 5000)]);
  await send(topic, [quote('k', 2, now), { key: 'gone', value: null, at: now }]);
  await sink(topic);
  expect(await documents(topic)).toMatchObject([{ _id: 'k', price: 2 }]);
  // Another group reads all of it again.
  await sink(topic, `${topic}-again`);
  expect(await documents(topic)).toMatchObject([{ _id: 'k', price: 2 }]);
});

test('records of a recreated topic replace those of the old one, although their offsets are smaller', async () => {
  const topic = 'mongo-again';
  const now = Date.now() - 60_000;
  await create(topic);
  await send(
    topic,
    [1, 2, 3, 4].map((price) => quote('k', price, now)),
  );
  await sink(topic);
  await fixture.log.deleteTopic(topic);
  await expect.poll(() => create(topic)).toBe(true);
  await send(topic, [quote('k', 5, now + 1)]);
  await sink(topic, `${topic}-new`);
  expect(await documents(topic)).toMatchObject([{ _id: 'k', price: 5 }]);
});

test('integers above 2^53 keep all digits; those that need more than 64 bits are rejected with all digits', async () => {
  const topic = 'mongo-digits';
  await create(topic);
  const large = '"order_id":1790000000000000001';
  await send(topic, [
    { key: 'a', value: `{"source":"f","base":"btc",${large}}` },
    { key: 'b', value: `{"source":"f","base":"btc",${large},"supply":12345678901234567890}` },
  ]);
  expect(await sink(topic)).toMatchObject({ out: 1, rejected: 1 });
  expect(await documents(topic)).toMatchObject([{ _id: 'a', order_id: 1790000000000000001n }]);
  const rejects = await succeed(
    run(['topics', 'tail', 'rejects', '--from', 'start', '--json', '--bus', fixture.bus]),
  );
  expect(rejects).toContain('supply: 12345678901234567890 does not fit in 64 bits');
});
