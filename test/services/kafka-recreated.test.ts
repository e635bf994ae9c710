import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { aborted } from '../../src/core/util/aborted.ts';
import { commitEntries } from '../../src/log/kafka/group/commit-entries.ts';
import { Kafka } from '../../src/log/kafka/kafka.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { sandbox, succeed } from '../e2e/cli.ts';
import { settingsFor } from './kafka/settings.ts';
import { ownKafkaFixture } from './kafka-helpers/fixture.ts';
import { recordsOf } from './kafka-helpers/junk.ts';
import { asAdmin, committedBy, kafkajs } from './kafka-helpers/other-client.ts';

/* What another tool does to a topic while stages are at work on it. */

const fixture = ownKafkaFixture({ nodes: 1 });
const { start } = sandbox();

const make = (topic: string, partitions = 1) =>
  fixture.log.createTopic(topic, { partitions, retentionMs: undefined, compacted: false });

/** Quotes of one base currency with distinct keys. */
const put = (topic: string, count: number, base: string) =>
  fixture.log.append(
    Array.from({ length: count }, (_, i) => ({
      topic,
      partitionKey: `${base}${i}`,
      key: `${base}${i}`,
      value: JSON.stringify({
        ...{ source: 'f', base, quote: 'usdt', price: i + 1 },
        last_updated: new Date(1748772000000 + i * 1000).toISOString(),
      }),
      headers: {},
    })),
  );

const committed = async (group: string, topic: string): Promise<number> =>
  (await committedBy(fixture.cluster.bootstrap, group, topic)).reduce((sum, at) => sum + Math.max(0, at), 0);

/** A sink and a processor on one topic; `fast`: they refresh topic metadata every second. */
function stagesOf(topic: string) {
  const bus = ['--bus', fixture.bus];
  const fast = ['--kafka-option', 'metadata-max-age=1s'];
  const files = ['--dir', `lake-${topic}`, '--topics', topic, '--dataset', 'quotes', '--group', 'sinks'];
  const sink = (...more: string[]) => start(['sink', 'file', ...bus, ...files, '--every', '200ms', ...more]);
  const join = (...more: string[]) =>
    start([
      ...['process', 'join', ...bus, '--app', topic],
      ...['--in', `prices-file=${topic}`, '--out', `${topic}-out`, '--commit-every', '50ms', ...more],
    ]);
  return { sink, join, fast };
}

test('a topic recreated under a sink and a processor ends both; the next run reads it completely', async () => {
  const topic = 'reborn';
  await make(topic);
  await put(topic, 10, 'aaa');
  const { sink, join } = stagesOf(topic);
  const running = [sink(), join()];
  for (const group of ['sinks', `${topic}.join`])
    await expect.poll(() => committed(group, topic), { timeout: 60_000 }).toBe(10);

  await asAdmin(fixture.cluster.bootstrap, (admin) => admin.deleteTopics({ topics: [topic] }));
  await asAdmin(fixture.cluster.bootstrap, (admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions: 1 }] }),
  );
  await put(topic, 25, 'bbb');
  for (const { done } of running) {
    const { code, stderr } = await done;
    expect(code, stderr).toBe(1);
    expect(stderr).toContain('topic reborn was deleted and recreated while it was in use');
  }

  expect(JSON.parse(await succeed(join('--once').done))).toMatchObject({ in: 25 });
  const out = (await recordsOf(fixture.log, `${topic}-out`)).flat();
  const coins = out.map(({ value }) => (JSON.parse(value!) as { coin: string }).coin);
  expect([coins.length, coins.filter((coin) => coin === 'bbb').length]).toEqual([35, 25]);
  const again = await sink('--once').done;
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('of another topic with that name')]);
});

test('an offset committed for a deleted topic of the same name is ignored', async () => {
  const topic = 'late-commit';
  await make(topic);
  await put(topic, 20, 'aaa');
  // Simulates a process that commits just after the topic was recreated.
  const kafka = new Kafka(
    settingsFor(fixture.cluster.bootstrap),
    { app: 'tests', maxWaitMs: 60_000, warn: () => {} },
    systemClock,
  );
  const topics = commitEntries(new Map([[topic, 15]]), 0, new Map([[topic, 'AAAAAAAAAAAAAAAAAAAAAA']]));
  await kafka.retry(kafka.shared, async () => {
    const broker = await kafka.shared.coordinator('group', `${topic}.join`);
    const nobody = { groupGenerationId: -1, memberId: '' };
    await broker.offsetCommit({ groupId: `${topic}.join`, ...nobody, topics });
  });
  kafka.close();
  const { code, stdout, stderr } = await stagesOf(topic).join('--once').done;
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ in: 20 });
  expect(stderr).toContain('reading late-commit/0 from its start: the topic was recreated, and offset 15');
});

test('added partitions are read by a running sink and end a processor with the reason', async () => {
  const topic = 'grown';
  await make(topic);
  await put(topic, 10, 'aaa');
  const { sink, fast } = stagesOf(topic);
  const sinkProcess = sink(...fast);
  const counting = start([
    ...['process', 'candles', '--bus', fixture.bus, '--app', topic, '--in', topic, '--out', `${topic}-out`],
    ...['--commit-every', '50ms', ...fast],
  ]);
  for (const group of ['sinks', `${topic}.candles`])
    await expect.poll(() => committed(group, topic), { timeout: 60_000 }).toBe(10);

  await asAdmin(fixture.cluster.bootstrap, (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] }),
  );
  const { code, stderr } = await counting.done;
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('grown.candles.state has 1 partitions, but the inputs of grown.candles have 4'),
  ]);
  // This test's client, like the stages, sees them after a metadata refresh.
  await asAdmin(fixture.cluster.bootstrap, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    expect(topics[0]!.partitions.length).toBe(4);
  });
  await succeed(
    start(
      ['produce', 'prices', '--source', 'file', '--file', '-', '--topic', topic, '--bus', fixture.bus],
      {},
      lines(100),
    ).done,
  );
  await expect.poll(() => committed('sinks', topic), { timeout: 60_000 }).toBe(110);
  sinkProcess.child.kill('SIGTERM');
  expect(await sinkProcess.done).toMatchObject({ code: 0 });
});

test('the lag of a sink counts added partitions that nobody reads yet', async () => {
  const topic = 'unread';
  await make(topic);
  await put(topic, 10, 'aaa');
  // Its metadata is fresh for a minute: the group does not look at the topic by itself.
  const membership = await fixture.log.join({
    group: 'unread.sink',
    inputs: [topic],
    exclusive: true,
    positionsOnly: true,
    assigned: (task) => void aborted(task.revoked).then(() => task.release()),
  });
  expect(await membership.unread()).toBe(0);
  await asAdmin(fixture.cluster.bootstrap, (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }),
  );
  const producer = kafkajs(fixture.cluster.bootstrap).producer();
  await producer.connect();
  const messages = Array.from({ length: 6 }, (_, i) => ({ value: `${i}`, partition: 1 + (i % 2) }));
  await producer.send({ topic, messages });
  await producer.disconnect();
  expect(await membership.unread()).toBe(6);
  await membership.leave();
});

/** Prices of 100 coins, spread over all partitions. */
const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({ base: `c${i}`, quote: 'usdt', price: 1, time: '2025-06-01T10:00:00Z' }),
  ).join('\n');

test('a batch too large for its topic is split; a single record that is too large fails with its key and a hint', async () => {
  const topic = 'narrow';
  const config = { 'max.message.bytes': '2000' };
  await fixture.log.createTopic(topic, { partitions: 1, retentionMs: undefined, compacted: false, config });
  const record = (key: string, bytes: number) => ({
    ...{ topic, partitionKey: key, key, headers: {} },
    value: JSON.stringify({ text: randomBytes(bytes / 2).toString('hex') }),
  });
  const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
  await fixture.log.append(keys.map((key) => record(key, 300)));
  await fixture.log.append([record('last', 10)]);
  const written = (await recordsOf(fixture.log, topic)).flat();
  expect(written.map(({ key }) => key)).toEqual([...keys, 'last']);
  await expect(fixture.log.append([record('large', 20_000)])).rejects.toThrow(
    /^narrow\/0: the record with key large takes \d+ bytes, more than max\.message\.bytes/,
  );
  await expect(fixture.log.append([record('large', 20_000)])).rejects.toMatchObject({
    hint: expect.stringContaining(
      'cryptopipe topics create narrow --config max.message.bytes=16384 --update',
    ),
  });
});
