import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sandbox, succeed } from '../e2e/cli.ts';
import { slowest } from '../limits.ts';
import { certificatePaths, makeCertificates } from './kafka/certificates.ts';
import { PASSWORD, USER } from './kafka/properties.ts';
import { ownKafkaFixture } from './kafka-helpers/fixture.ts';

const fixture = ownKafkaFixture({ nodes: 1, security: true });
const { path, run, start } = sandbox();

/** A wrong password that is easy to find in any output. */
const WRONG = 'hunter2-is-not-it';
/** Time limit for refusing a wrong password. */
const REFUSED_MS = slowest(15_000);
const MAX_WAIT_MS = 3000;
/** More than kafkajs retries on its own. */
const ENDED = 15;

const LINES = ['btc', 'eth', 'sol'].map((base) =>
  JSON.stringify({ base, quote: 'usdt', price: 1, time: '2026-03-02T00:00:00Z' }),
);

/** The bus URL of a listener with settings. */
const busOf = (brokers: string, settings: Record<string, string> = {}): string =>
  `kafka://${brokers}?${new URLSearchParams(settings)}`;

type Place = () => { brokers: string; settings: Record<string, string>; env?: Record<string, string> };

const ca = () => ({ ca: fixture.cluster.certs.ca });
const client = () => ({ cert: fixture.cluster.certs.clientCert, key: fixture.cluster.certs.clientKey });
const inEnvironment = { CRYPTOPIPE_KAFKA_PASSWORD: PASSWORD };
const login = (sasl: string) => ({ sasl, user: USER });

const DOORS: Record<string, Place> = {
  'SASL plain': () => ({
    brokers: fixture.cluster.listeners.saslPlaintext,
    settings: login('plain'),
    env: inEnvironment,
  }),
  'SASL scram-sha-256': () => ({
    brokers: fixture.cluster.listeners.saslPlaintext,
    settings: { ...login('scram-sha-256'), 'password-file': passwordFile() },
  }),
  'SASL scram-sha-512, all of it in the environment': () => ({
    brokers: fixture.cluster.listeners.saslPlaintext,
    settings: {},
    env: {
      CRYPTOPIPE_KAFKA_SASL: 'scram-sha-512',
      CRYPTOPIPE_KAFKA_USER: USER,
      CRYPTOPIPE_KAFKA_PASSWORD_FILE: passwordFile(),
    },
  }),
  TLS: () => ({ brokers: fixture.cluster.listeners.tls, settings: ca() }),
  'mutual TLS': () => ({ brokers: fixture.cluster.listeners.mtls, settings: { ...ca(), ...client() } }),
  'SASL plain over TLS': () => ({
    brokers: fixture.cluster.listeners.saslTls,
    settings: { ...login('plain'), ...ca() },
    env: inEnvironment,
  }),
  'SASL scram-sha-512 over TLS': () => ({
    brokers: fixture.cluster.listeners.saslTls,
    settings: { ...login('scram-sha-512'), ...ca() },
    env: inEnvironment,
  }),
};

function passwordFile(): string {
  writeFileSync(path('password'), `${PASSWORD}\n`);
  return path('password');
}

test.each(Object.keys(DOORS))('%s: posts are written, read and processed', async (name) => {
  const { brokers, settings, env = {} } = DOORS[name]!();
  const bus = busOf(brokers, settings);
  const topic = name.replace(/\W+/g, '-');
  await succeed(run(['topics', 'create', topic, '--partitions', '1', '--bus', bus], env));
  writeFileSync(path('quotes.jsonl'), LINES.join('\n'));
  const produce = ['produce', 'prices', '--source', 'file', '--file', 'quotes.jsonl', '--topic', topic];
  const made = JSON.parse(await succeed(run([...produce, '--once', '--bus', bus], env)));
  expect(made.out).toBe(3);
  const tail = ['topics', 'tail', topic, '--from', 'start', '--json', '--bus', bus];
  const lines = (await succeed(run(tail, env))).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).value.base).sort()).toEqual(['btc', 'eth', 'sol']);
  const join = ['process', 'join', '--in', `prices-file=${topic}`, '--app', topic, '--once', '--bus', bus];
  expect(JSON.parse(await succeed(run(join, env))).in).toBe(3);
});

test('connections that end during the TLS handshake, as with a proxy whose broker restarts, are retried', async () => {
  const port = Number(fixture.cluster.listeners.tls.split(':')[1]);
  let ended = 0;
  const door = createServer((socket) => {
    if (++ended <= ENDED) return void socket.once('data', () => socket.destroy());
    socket
      .on('error', () => {})
      .pipe(createConnection(port, '127.0.0.1').on('error', () => {}))
      .pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const bus = busOf(`127.0.0.1:${(door.address() as AddressInfo).port}`, ca());
  const running = start(['process', 'candles', '--bus', bus, '--app', 'restarting']);
  await expect
    .poll(async () => (await fixture.log.topics()).map(({ name }) => name))
    .toContain('restarting.candles.state');
  expect(running.child.exitCode).toBe(null);
  expect(ended).toBeGreaterThan(ENDED);
  running.child.kill('SIGTERM');
  expect((await running.done).code).toBe(0);
  door.close();
});

describe('unusable connections', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cryptopipe-strangers-'));
    makeCertificates(join(folder, 'stranger'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const onceOn = (bus: string) => [
    ...['process', 'candles', '--once', '--max-wait', `${MAX_WAIT_MS / 1000}s`, '--bus', bus],
  ];

  /** Runs the command; returns its exit code, output and duration. */
  async function fails(args: readonly string[], env: Record<string, string> = {}) {
    const began = Date.now();
    const { code, stdout, stderr } = await start(args, { CRYPTOPIPE_TRACE: '1', ...env }).done;
    const took = Date.now() - began;
    const all = stdout + stderr;
    for (const secret of [WRONG, PASSWORD])
      for (const text of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)])
        expect(all).not.toContain(text);
    return { code, output: all, took };
  }

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
    'a wrong password for %s is refused at once with a hint and is not shown',
    async (sasl) => {
      const bus = busOf(fixture.cluster.listeners.saslPlaintext, login(sasl));
      const env = { CRYPTOPIPE_KAFKA_PASSWORD: WRONG };
      for (const args of [
        onceOn(bus),
        ['process', 'candles', '--bus', bus],
        ['topics', 'list', '--bus', bus],
      ]) {
        const { code, output, took } = await fails(args, env);
        expect(code).toBe(1);
        expect(output).toContain(`the broker refused user '${USER}' (${sasl})`);
        expect(output).toContain('CRYPTOPIPE_KAFKA_PASSWORD');
        expect(took).toBeLessThan(REFUSED_MS);
      }
    },
  );

  test('a wrong password from a file, over TLS, is refused the same way', async () => {
    writeFileSync(path('wrong'), WRONG);
    const settings = { ...login('plain'), ...ca(), 'password-file': path('wrong') };
    const { code, output } = await fails(onceOn(busOf(fixture.cluster.listeners.saslTls, settings)));
    expect(code).toBe(1);
    expect(output).toContain(`the broker refused user '${USER}' (plain)`);
  });

  test.each<[string, Place, RegExp]>([
    [
      'an unknown CA',
      () => ({
        brokers: fixture.cluster.listeners.tls,
        settings: { ca: certificatePaths(join(folder, 'stranger')).ca },
      }),
      /TLS handshake failed: .*certificate.*\n.*ca=FILE/,
    ],
    [
      "only Node's CAs",
      () => ({ brokers: fixture.cluster.listeners.tls, settings: { tls: 'true' } }),
      /TLS handshake failed: .*certificate.*\n.*ca=FILE/,
    ],
    [
      'a certificate for another name',
      () => ({
        brokers: fixture.cluster.listeners.tls,
        settings: { ...ca(), 'server-name': 'kafka.example.com' },
      }),
      /TLS handshake failed: .*kafka\.example\.com.*\n.*server-name=NAME/,
    ],
    [
      'TLS to a plaintext listener',
      () => ({ brokers: fixture.cluster.listeners.plaintext, settings: ca() }),
      /tls=/,
    ],
    [
      'plaintext to a TLS listener',
      () => ({ brokers: fixture.cluster.listeners.tls, settings: {} }),
      /did not respond for \ds: .*\n.*tls=true/,
    ],
    [
      'no login to a SASL listener',
      () => ({ brokers: fixture.cluster.listeners.saslPlaintext, settings: {} }),
      /did not respond for \ds: .*\n.*sasl=/,
    ],
    [
      'a login to a listener without SASL',
      () => ({
        brokers: fixture.cluster.listeners.plaintext,
        settings: login('plain'),
        env: inEnvironment,
      }),
      /sasl/,
    ],
    [
      'no client certificate where one is required',
      () => ({ brokers: fixture.cluster.listeners.mtls, settings: ca() }),
      /TLS handshake failed: .*\n.*cert=FILE/,
    ],
    [
      'a client certificate of an unknown CA',
      () => {
        const { clientCert, clientKey } = certificatePaths(join(folder, 'stranger'));
        return {
          brokers: fixture.cluster.listeners.mtls,
          settings: { ...ca(), cert: clientCert, key: clientKey },
        };
      },
      /TLS handshake failed: .*\n.*cert=FILE/,
    ],
  ])('%s fails with its hint within the retry limit', async (name, place, hint) => {
    const { brokers, settings, env } = place();
    const { code, output, took } = await fails(onceOn(busOf(brokers, settings)), env);
    console.log(`${name}: ${took} ms\n${output.split('\n').slice(0, 2).join('\n')}`);
    expect(output).toMatch(hint);
    expect(code).toBe(1);
    expect(took).toBeLessThan(MAX_WAIT_MS + REFUSED_MS);
  });
});
