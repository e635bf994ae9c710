import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/app.ts';
import type { Check } from '../../src/core/check.ts';
import { Producer } from '../../src/log/kafka/client/producer.ts';
import { Kafka } from '../../src/log/kafka/kafka.ts';
import { openKafkaLog } from '../../src/log/kafka/open.ts';
import type { Log } from '../../src/log/log.ts';
import { FEEDS } from '../../src/market/catalog/feeds.ts';
import { topicDefaults } from '../../src/market/catalog/topics.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { fakeIo } from '../cli/fakes.ts';
import { slowest } from '../limits.ts';
import { type KafkaCluster, startKafka } from './kafka/cluster.ts';
import { startProxy } from './kafka/proxy.ts';
import { settingsFor } from './kafka/settings.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let cluster: KafkaCluster;
let log: Log;
beforeAll(async () => {
  cluster = await startKafka({ nodes: 1, security: true });
  log = await openLog(cluster);
});
afterAll(async () => {
  await log?.close();
  await cluster?.close();
});

const context = { app: 'cryptopipe', maxWaitMs: 30_000, warn: () => {} };
const openLog = ({ bootstrap }: KafkaCluster) => openKafkaLog(settingsFor(bootstrap), context, systemClock);

async function cryptopipe(words: readonly string[], env: Record<string, string> = {}) {
  const { io, written } = fakeIo({ clock: systemClock, env });
  const code = await runCommandLine(words, io);
  return { code, ...written };
}

async function doctor(bus: string, words: readonly string[] = [], env: Record<string, string> = {}) {
  const began = Date.now();
  const done = await cryptopipe(['doctor', 'kafka', '--bus', bus, '--json', ...words], env);
  const checks = JSON.parse(done.out) as Check[];
  return { ...done, checks, seconds: (Date.now() - began) / 1000, bad: of(checks, 'error') };
}
const of = (checks: readonly Check[], severity: Check['severity']) =>
  checks.filter((check) => check.severity === severity);
const busOf = ({ bootstrap }: KafkaCluster) => `kafka://${bootstrap}`;
const runDoctor = (...words: string[]) => doctor(busOf(cluster), words);

/** Runs the command of a hint, as a shell would. */
async function applyHint({ hint = '' }: Check): Promise<void> {
  for (const command of hint.split(' && ')) {
    const [program, ...words] = command.split(' ');
    expect(program).toBe('cryptopipe');
    expect(await cryptopipe(words)).toMatchObject({ code: 0 });
  }
}

const makePipeline = async (on: Log) => {
  for (const name of Object.keys(FEEDS)) await on.createTopic(name, topicDefaults(name));
};

describe('a cluster without a pipeline', () => {
  test('a fresh cluster passes and the probe leaves nothing behind', async () => {
    const { code, checks } = await runDoctor('--app', 'fresh');
    expect(of(checks, 'ok')).toEqual(checks);
    expect(code).toBe(0);
    expect(checks.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        `bootstrap ${cluster.bootstrap}`,
        'commit',
        'abort',
        'offsets in a transaction',
        'fencing',
        'clock of broker 1',
      ]),
    );
    expect((await log.topics()).map(({ name }) => name)).not.toContain('fresh.doctor');
    expect(await cluster.tool('groups', ['--list'])).not.toContain('fresh.doctor');
  });

  test('the version check names the Apache Kafka release', async () => {
    const { checks } = await runDoctor();
    const version = checks.find(({ what }) => what === 'version')?.detail;
    const release = (process.env.KAFKA_VERSION || '4.3.1').split('.').slice(0, 2).join('.');
    expect(version).toContain(`Apache Kafka ${release}; all 22 required requests`);
  });
});

describe('a pipeline', () => {
  beforeAll(() => makePipeline(log));

  test('a pipeline with default topics passes', async () => {
    const { code, checks } = await runDoctor();
    expect(checks.filter(({ severity }) => severity !== 'ok')).toEqual([]);
    expect(code).toBe(0);
    expect(checks).toContainEqual({
      severity: 'ok',
      what: 'topic candles',
      detail: '3 partitions, kept forever, compacted',
      hint: null,
    });
  });

  test('unequal partitions are an error, and the hint fixes it', async () => {
    await log.deleteTopic('prices-wallex');
    await log.createTopic('prices-wallex', { ...FEEDS['prices-wallex'], partitions: 2 });
    const { code, bad } = await runDoctor();
    expect(code).toBe(1);
    expect(bad).toMatchObject([
      {
        what: 'partitions of join',
        detail: expect.stringMatching(/^prices-coinmarketcap 1, .*prices-wallex 2: unequal/),
      },
    ]);
    await applyHint(bad[0]!);
    expect((await runDoctor()).bad).toEqual([]);
  });

  test('retention shorter than window plus lateness is an error, and the hint fixes it', async () => {
    await cluster.tool('configs', [
      ...['--alter', '--entity-type', 'topics', '--entity-name', 'prices'],
      ...['--add-config', `retention.ms=${10 * MINUTE}`],
    ]);
    expect((await runDoctor('--window', '5m')).bad).toEqual([]);
    const { code, bad } = await runDoctor();
    expect(code).toBe(1);
    expect(bad).toMatchObject([
      { what: 'topic prices', detail: expect.stringContaining('kept 10m, but candles') },
    ]);
    await applyHint(bad[0]!);
    expect((await runDoctor()).bad).toEqual([]);
  });

  test('state with time-based deletion is an error, and the hint fixes it', async () => {
    const name = 'cryptopipe.candles.state';
    await log.createTopic(name, { partitions: 3, retentionMs: DAY, compacted: true });
    const { bad } = await runDoctor();
    expect(bad).toMatchObject([{ what: `topic ${name}` }]);
    await applyHint(bad[0]!);
    expect((await runDoctor()).bad).toEqual([]);
  });

  test('a group beyond the end of its topic is an error, and the hint fixes it', async () => {
    const group = 'cryptopipe.console';
    const record = { topic: 'late', partitionKey: 'a', key: 'a', value: '{}', headers: {} };
    await log.append([record, record, record]);
    await log.resetGroup(group, 'late', [1]);
    expect((await runDoctor()).checks).toContainEqual(
      expect.objectContaining({
        what: `group ${group}`,
        detail: 'no members now, 2 unread offsets in late',
      }),
    );
    await log.resetGroup(group, 'late', [4]);
    const { bad } = await runDoctor();
    expect(bad).toMatchObject([
      { what: `group ${group}`, detail: expect.stringContaining('beyond the end of late') },
    ]);
    await applyHint(bad[0]!);
    expect((await runDoctor()).bad).toEqual([]);
  });

  test('a running group lists its members', async () => {
    const leaving: Promise<void>[] = [];
    const membership = await log.join({
      group: 'cryptopipe.file',
      inputs: ['candles'],
      exclusive: false,
      positionsOnly: true,
      assigned: (task) => {
        task.revoked.addEventListener('abort', () => leaving.push(task.release()));
      },
    });
    const { checks } = await runDoctor();
    await membership.leave();
    await Promise.all(leaving);
    expect(checks.find(({ what }) => what === 'group cryptopipe.file')?.detail).toContain(
      `1 member (process ${process.pid} on`,
    );
  });

  test('a hanging transaction is an error, and the suggested command ends it', async () => {
    const past = { ...systemClock, now: () => Date.now() - 20 * MINUTE };
    const kafka = new Kafka(settingsFor(cluster.bootstrap), context, past);
    try {
      const connection = kafka.openConnection();
      const producer = await Producer.open(kafka, connection, 'hangs');
      const ids = {
        transactionalId: 'hangs',
        producerId: String(producer.id.producerId),
        producerEpoch: producer.id.producerEpoch,
      };
      const coordinator = await connection.coordinator('transaction', 'hangs');
      await coordinator.addPartitionsToTxn({ ...ids, topics: [{ topic: 'rejects', partitions: [0] }] });
      const record = { topic: 'rejects', partitionKey: 'a', key: 'a', value: '{}', headers: {} };
      await producer.send([{ topic: 'rejects', partition: 0, records: [record] }]);
    } finally {
      kafka.close();
    }
    const { bad } = await runDoctor();
    expect(bad).toMatchObject([
      {
        what: 'open transactions',
        detail: expect.stringMatching(/^rejects\/0 has a transaction open for 20m/),
      },
    ]);
    const [script, ...words] = bad[0]!.hint!.split(' ');
    expect(script).toBe('kafka-transactions.sh');
    await cluster.tool('transactions', words);
    expect((await runDoctor()).bad).toEqual([]);
  });
});

describe('an unusable broker', () => {
  test('one unreachable broker is an error, and the others are still checked', async () => {
    const { code, bad, checks } = await doctor(`kafka://127.0.0.1:1,${cluster.bootstrap}`);
    expect(code).toBe(1);
    expect(bad).toMatchObject([{ what: 'bootstrap 127.0.0.1:1', detail: 'nothing listens at this address' }]);
    expect(checks).toContainEqual(expect.objectContaining({ what: 'commit', severity: 'ok' }));
  });

  test('a wrong password is reported at once, without the password', async () => {
    const { saslPlaintext } = cluster.listeners;
    for (const mechanism of ['plain', 'scram-sha-256']) {
      const env = { CRYPTOPIPE_KAFKA_PASSWORD: 'very-wrong' };
      const done = await doctor(`kafka://${saslPlaintext}?sasl=${mechanism}&user=app`, [], env);
      expect(done).toMatchObject({
        code: 1,
        bad: [
          {
            detail: `the broker refused user 'app' (${mechanism})`,
            hint: expect.stringContaining('PASSWORD'),
          },
        ],
      });
      expect(done.seconds).toBeLessThan(slowest(15));
      expect(done.out + done.err).not.toContain('very-wrong');
    }
  });

  test.each([
    [
      'TLS on a plaintext listener',
      () => `kafka://${cluster.listeners.plaintext}?tls=true`,
      'does not use TLS',
    ],
    ['plaintext on a TLS listener', () => `kafka://${cluster.listeners.tls}`, 'may require TLS'],
    [
      'no login where one is required',
      () => `kafka://${cluster.listeners.saslPlaintext}`,
      'may require TLS or a login',
    ],
    ['an unknown CA', () => `kafka://${cluster.listeners.tls}?tls=true`, 'TLS handshake failed'],
    [
      'a login on a listener without SASL',
      () => `kafka://${cluster.listeners.plaintext}?sasl=plain&user=app`,
      'does not support logins',
    ],
  ])('%s is an error', async (_, bus, detail) => {
    const { code, bad, seconds } = await doctor(bus(), [], { CRYPTOPIPE_KAFKA_PASSWORD: 'app-secret' });
    expect(code).toBe(1);
    expect(bad).toMatchObject([{ detail: expect.stringContaining(detail) }]);
    expect(seconds).toBeLessThan(slowest(15));
  });
});

test('a broker that accepts connections but never responds is an error within 15 s', async () => {
  const proxy = await startProxy(cluster.bootstrap);
  try {
    proxy.blackhole(true);
    const { code, bad, seconds } = await doctor(`kafka://${proxy.address}`);
    expect(code).toBe(1);
    expect(bad).toMatchObject([{ detail: expect.stringContaining('does not respond') }]);
    expect(seconds).toBeLessThan(slowest(15));
  } finally {
    await proxy.close();
  }
});

test('with TLS and a login the certificate is checked too', async () => {
  const bus = `kafka://${cluster.listeners.saslTls}?sasl=scram-sha-512&user=app&ca=${cluster.certs.ca}`;
  const { code, checks } = await doctor(bus, [], { CRYPTOPIPE_KAFKA_PASSWORD: 'app-secret' });
  expect(of(checks, 'error')).toEqual([]);
  expect(code).toBe(0);
  expect(checks).toContainEqual({
    severity: 'ok',
    what: 'security',
    detail: 'TLS with a custom CA, login as app with scram-sha-512',
    hint: null,
  });
  expect(checks).toContainEqual(
    expect.objectContaining({
      what: `certificate of ${cluster.listeners.saslTls}`,
      detail: expect.stringMatching(/^TLSv1\.3/),
    }),
  );
});

describe('three brokers', () => {
  let three: KafkaCluster;
  beforeAll(async () => {
    three = await startKafka({ nodes: 3 });
    const on = await openLog(three);
    // One copy, a partition on each broker: whichever dies, one has no leader.
    await on.createTopic('rejects', { ...FEEDS.rejects, partitions: 3, replication: 1 });
    await makePipeline(on);
    await on.close();
  });
  afterAll(() => three?.close());

  test('each of three brokers is checked', async () => {
    const { bad, checks } = await doctor(busOf(three));
    expect(bad).toEqual([]);
    expect(of(checks, 'warn')).toMatchObject([
      { what: 'replicas', detail: 'rejects: 1 replica on 3 brokers: losing its broker loses the data' },
    ]);
    const clocks = checks.map(({ what }) => what).filter((what) => what.startsWith('clock of broker'));
    expect(clocks.sort()).toEqual([1, 2, 3].map((id) => `clock of broker ${id}`));
  });

  test('a dead broker is named, with the partitions that lost their leader', async () => {
    three.kill(2);
    await vi.waitFor(
      async () => {
        const { code, bad, checks } = await doctor(busOf(three));
        expect(code).toBe(1);
        const dead = three.bootstrap.split(',')[1];
        expect(bad).toContainEqual(expect.objectContaining({ what: `bootstrap ${dead}` }));
        expect(bad).toContainEqual({
          severity: 'error',
          what: 'replicas',
          detail: 'rejects: partitions without a leader cannot be read or written',
          hint: 'Start broker 2 again.',
        });
        expect(checks).toContainEqual(
          expect.objectContaining({
            severity: 'warn',
            what: "replicas of Kafka's internal topics",
            hint: 'Start broker 2 again.',
          }),
        );
      },
      { timeout: slowest(2 * MINUTE), interval: 1000 },
    );
  });
});
