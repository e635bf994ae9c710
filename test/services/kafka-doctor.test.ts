import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { app } from '../../src/cli/app.ts';
import type { Check } from '../../src/core/check.ts';
import { Producer } from '../../src/log/kafka/client/producer.ts';
import { Kafka } from '../../src/log/kafka/kafka.ts';
import { openKafkaLog } from '../../src/log/kafka/open.ts';
import type { Log } from '../../src/log/log.ts';
import { FEEDS } from '../../src/market/catalog/feeds.ts';
import { topicDefaults } from '../../src/market/catalog/topics.ts';
import { systemClock } from '../../src/runtime/clock.ts';
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

const opener = { app: 'cryptopipe', patienceMs: 30_000, warn: () => {} };
const openLog = ({ bootstrap }: KafkaCluster) => openKafkaLog(settingsFor(bootstrap), opener, systemClock);

async function cryptopipe(words: readonly string[], env: Record<string, string> = {}) {
  const { io, written } = fakeIo({ clock: systemClock, env });
  const code = await app(words, io);
  return { code, ...written };
}

async function doctor(bus: string, words: readonly string[] = [], env: Record<string, string> = {}) {
  const began = Date.now();
  const done = await cryptopipe(['doctor', 'kafka', '--bus', bus, '--json', ...words], env);
  const findings = JSON.parse(done.out) as Check[];
  return { ...done, findings, seconds: (Date.now() - began) / 1000, bad: of(findings, 'bad') };
}
const of = (findings: readonly Check[], verdict: Check['severity']) =>
  findings.filter((finding) => finding.severity === verdict);
const busOf = ({ bootstrap }: KafkaCluster) => `kafka://${bootstrap}`;
const look = (...words: string[]) => doctor(busOf(cluster), words);

/** Does what a remedy says, as a shell would. */
async function cure({ hint: remedy = '' }: Check): Promise<void> {
  for (const command of remedy.split(' && ')) {
    const [program, ...words] = command.split(' ');
    expect(program).toBe('cryptopipe');
    expect(await cryptopipe(words)).toMatchObject({ code: 0 });
  }
}

const makePipeline = async (on: Log) => {
  for (const name of Object.keys(FEEDS)) await on.createTopic(name, topicDefaults(name));
};

describe('a cluster without a pipeline', () => {
  test('is fine, and nothing is left of the trial', async () => {
    const { code, findings } = await look('--app', 'fresh');
    expect(of(findings, 'ok')).toEqual(findings);
    expect(code).toBe(0);
    expect(findings.map(({ what }) => what)).toEqual(
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

  test('tells which Apache Kafka that is', async () => {
    const { findings } = await look();
    const version = findings.find(({ what }) => what === 'version')?.detail;
    const wanted = (process.env.KAFKA_VERSION || '4.3.1').split('.').slice(0, 2).join('.');
    expect(version).toContain(`Apache Kafka ${wanted}; all 22 requests`);
  });
});

describe('a pipeline', () => {
  beforeAll(() => makePipeline(log));

  test('with its topics as they are made is fine', async () => {
    const { code, findings } = await look();
    expect(findings.filter(({ severity: verdict }) => verdict !== 'ok')).toEqual([]);
    expect(code).toBe(0);
    expect(findings).toContainEqual({
      verdict: 'ok',
      what: 'topic candles',
      detail: '3 partitions, kept for good, compacted',
      remedy: null,
    });
  });

  test('with unequal partitions is bad, and cured by what the remedy says', async () => {
    await log.deleteTopic('prices-wallex');
    await log.createTopic('prices-wallex', { ...FEEDS['prices-wallex'], partitions: 2 });
    const { code, bad } = await look();
    expect(code).toBe(1);
    expect(bad).toMatchObject([
      {
        what: 'partitions of join',
        detail: expect.stringContaining('prices-coinmarketcap 1, prices-file 1, prices-wallex 2: not equal'),
      },
    ]);
    await cure(bad[0]!);
    expect((await look()).bad).toEqual([]);
  });

  test('whose input is kept for less than window and lateness is bad, and cured', async () => {
    await cluster.tool('configs', [
      ...['--alter', '--entity-type', 'topics', '--entity-name', 'prices'],
      ...['--add-config', `retention.ms=${10 * MINUTE}`],
    ]);
    expect((await look('--window', '5m')).bad).toEqual([]);
    const { code, bad } = await look();
    expect(code).toBe(1);
    expect(bad).toMatchObject([
      { what: 'topic prices', detail: expect.stringContaining('kept 10m, but candles') },
    ]);
    await cure(bad[0]!);
    expect((await look()).bad).toEqual([]);
  });

  test('whose state is deleted by age is bad, and cured', async () => {
    const name = 'cryptopipe.candles.state';
    await log.createTopic(name, { partitions: 3, retentionMs: DAY, compacted: true });
    const { bad } = await look();
    expect(bad).toMatchObject([{ what: `topic ${name}` }]);
    await cure(bad[0]!);
    expect((await look()).bad).toEqual([]);
  });

  test('that stands behind the end of a topic is bad, and cured', async () => {
    const group = 'cryptopipe.console';
    const record = { topic: 'late', by: 'a', key: 'a', value: '{}', headers: {} };
    await log.append([record, record, record]);
    await log.resetGroup(group, 'late', [1]);
    expect((await look()).findings).toContainEqual(
      expect.objectContaining({
        what: `group ${group}`,
        detail: 'nobody in it now, 2 offsets unread of late',
      }),
    );
    await log.resetGroup(group, 'late', [4]);
    const { bad } = await look();
    expect(bad).toMatchObject([
      { what: `group ${group}`, detail: expect.stringContaining('behind the end of late') },
    ]);
    await cure(bad[0]!);
    expect((await look()).bad).toEqual([]);
  });

  test('that is at work tells who is in its groups', async () => {
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
    const { findings } = await look();
    await membership.leave();
    await Promise.all(leaving);
    expect(findings.find(({ what }) => what === 'group cryptopipe.file')?.detail).toContain(
      `1 member (process ${process.pid} on`,
    );
  });

  test('with a transaction that hangs is bad; the command that is told ends it', async () => {
    const past = { ...systemClock, now: () => Date.now() - 20 * MINUTE };
    const kafka = new Kafka(settingsFor(cluster.bootstrap), opener, past);
    try {
      const link = kafka.link();
      const producer = await Producer.open(kafka, link, 'hangs');
      const ids = {
        transactionalId: 'hangs',
        producerId: String(producer.id.producerId),
        producerEpoch: producer.id.producerEpoch,
      };
      const coordinator = await link.coordinator('transaction', 'hangs');
      await coordinator.addPartitionsToTxn({ ...ids, topics: [{ topic: 'rejects', partitions: [0] }] });
      const record = { topic: 'rejects', by: 'a', key: 'a', value: '{}', headers: {} };
      await producer.send([{ topic: 'rejects', partition: 0, records: [record] }]);
    } finally {
      kafka.close();
    }
    const { bad } = await look();
    expect(bad).toMatchObject([
      { what: 'open transactions', detail: expect.stringMatching(/^rejects\/0 has had one for 20m/) },
    ]);
    const [script, ...words] = bad[0]!.hint!.split(' ');
    expect(script).toBe('kafka-transactions.sh');
    await cluster.tool('transactions', words);
    expect((await look()).bad).toEqual([]);
  });
});

describe('a broker that cannot be used', () => {
  test('among others is bad, and the others are looked at', async () => {
    const { code, bad, findings } = await doctor(`kafka://127.0.0.1:1,${cluster.bootstrap}`);
    expect(code).toBe(1);
    expect(bad).toMatchObject([{ what: 'bootstrap 127.0.0.1:1', detail: 'nothing listens there' }]);
    expect(findings).toContainEqual(expect.objectContaining({ what: 'commit', verdict: 'ok' }));
  });

  test('for a wrong password says so at once, and never the password', async () => {
    const { saslPlaintext } = cluster.listeners;
    for (const mechanism of ['plain', 'scram-sha-256']) {
      const env = { CRYPTOPIPE_KAFKA_PASSWORD: 'very-wrong' };
      const done = await doctor(`kafka://${saslPlaintext}?sasl=${mechanism}&user=app`, [], env);
      expect(done).toMatchObject({
        code: 1,
        bad: [
          {
            detail: `the broker refused user 'app' (${mechanism})`,
            remedy: expect.stringContaining('PASSWORD'),
          },
        ],
      });
      expect(done.seconds).toBeLessThan(slowest(15));
      expect(done.out + done.err).not.toContain('very-wrong');
    }
  });

  test.each([
    ['TLS on a plain listener', () => `kafka://${cluster.listeners.plaintext}?tls=true`, 'speaks no TLS'],
    ['no TLS on a secure one', () => `kafka://${cluster.listeners.tls}`, 'may want TLS'],
    [
      'no login where one is wanted',
      () => `kafka://${cluster.listeners.saslPlaintext}`,
      'may want TLS or a login',
    ],
    [
      'an authority that is not known',
      () => `kafka://${cluster.listeners.tls}?tls=true`,
      'no secure connection',
    ],
    [
      'a login where there is none',
      () => `kafka://${cluster.listeners.plaintext}?sasl=plain&user=app`,
      'knows no login',
    ],
  ])('for %s', async (_, bus, detail) => {
    const { code, bad, seconds } = await doctor(bus(), [], { CRYPTOPIPE_KAFKA_PASSWORD: 'app-secret' });
    expect(code).toBe(1);
    expect(bad).toMatchObject([{ detail: expect.stringContaining(detail) }]);
    expect(seconds).toBeLessThan(slowest(15));
  });
});

test('a broker that takes connections and says nothing is bad soon', async () => {
  const proxy = await startProxy(cluster.bootstrap);
  try {
    proxy.blackhole(true);
    const { code, bad, seconds } = await doctor(`kafka://${proxy.address}`);
    expect(code).toBe(1);
    expect(bad).toMatchObject([{ detail: expect.stringContaining('says nothing') }]);
    expect(seconds).toBeLessThan(slowest(15));
  } finally {
    await proxy.close();
  }
});

test('with TLS and a login the certificate is looked at, too', async () => {
  const bus = `kafka://${cluster.listeners.saslTls}?sasl=scram-sha-512&user=app&ca=${cluster.certs.ca}`;
  const { code, findings } = await doctor(bus, [], { CRYPTOPIPE_KAFKA_PASSWORD: 'app-secret' });
  expect(of(findings, 'bad')).toEqual([]);
  expect(code).toBe(0);
  expect(findings).toContainEqual({
    verdict: 'ok',
    what: 'security',
    detail: 'TLS with an authority of your own, login as app by scram-sha-512',
    remedy: null,
  });
  expect(findings).toContainEqual(
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

  test('are each looked at', async () => {
    const { bad, findings } = await doctor(busOf(three));
    expect(bad).toEqual([]);
    expect(of(findings, 'warn')).toMatchObject([
      { what: 'copies', detail: 'rejects: 1 copy on 3 brokers: it is gone when its broker is' },
    ]);
    const clocks = findings.map(({ what }) => what).filter((what) => what.startsWith('clock of broker'));
    expect(clocks.sort()).toEqual([1, 2, 3].map((id) => `clock of broker ${id}`));
  });

  test('of which one died: it is named, and what is without a leader', async () => {
    three.kill(2);
    await vi.waitFor(
      async () => {
        const { code, bad, findings } = await doctor(busOf(three));
        expect(code).toBe(1);
        const dead = three.bootstrap.split(',')[1];
        expect(bad).toContainEqual(expect.objectContaining({ what: `bootstrap ${dead}` }));
        expect(bad).toContainEqual({
          verdict: 'bad',
          what: 'copies',
          detail: 'rejects: partitions without a leader: nobody can write or read them',
          remedy: 'Start broker 2 again.',
        });
        expect(findings).toContainEqual(
          expect.objectContaining({
            verdict: 'warn',
            what: "copies of Kafka's own",
            remedy: 'Start broker 2 again.',
          }),
        );
      },
      { timeout: slowest(2 * MINUTE), interval: 1000 },
    );
  });
});
