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
import { kafkaGround } from './kafka-helpers/ground.ts';

const ground = kafkaGround({ nodes: 1, security: true });
const { path, run, start } = sandbox();

/** A wrong one, easy to find in any output. */
const WRONG = 'hunter2-is-not-it';
/** What a wrong password may take. */
const REFUSED_MS = slowest(15_000);
const MAX_WAIT_MS = 3000;
/** More than kafkajs tries by itself. */
const ENDED = 15;

const LINES = ['btc', 'eth', 'sol'].map((base) =>
  JSON.stringify({ base, quote: 'usdt', price: 1, time: '2026-03-02T00:00:00Z' }),
);

/** The URL of a listener with settings. */
const busOf = (brokers: string, settings: Record<string, string> = {}): string =>
  `kafka://${brokers}?${new URLSearchParams(settings)}`;

type Place = () => { brokers: string; settings: Record<string, string>; env?: Record<string, string> };

const ca = () => ({ ca: ground.cluster.certs.ca });
const client = () => ({ cert: ground.cluster.certs.clientCert, key: ground.cluster.certs.clientKey });
const inEnvironment = { CRYPTOPIPE_KAFKA_PASSWORD: PASSWORD };
const login = (sasl: string) => ({ sasl, user: USER });

const DOORS: Record<string, Place> = {
  'SASL plain': () => ({
    brokers: ground.cluster.listeners.saslPlaintext,
    settings: login('plain'),
    env: inEnvironment,
  }),
  'SASL scram-sha-256': () => ({
    brokers: ground.cluster.listeners.saslPlaintext,
    settings: { ...login('scram-sha-256'), 'password-file': passwordFile() },
  }),
  'SASL scram-sha-512, all of it in the environment': () => ({
    brokers: ground.cluster.listeners.saslPlaintext,
    settings: {},
    env: {
      CRYPTOPIPE_KAFKA_SASL: 'scram-sha-512',
      CRYPTOPIPE_KAFKA_USER: USER,
      CRYPTOPIPE_KAFKA_PASSWORD_FILE: passwordFile(),
    },
  }),
  TLS: () => ({ brokers: ground.cluster.listeners.tls, settings: ca() }),
  'mutual TLS': () => ({ brokers: ground.cluster.listeners.mtls, settings: { ...ca(), ...client() } }),
  'SASL plain over TLS': () => ({
    brokers: ground.cluster.listeners.saslTls,
    settings: { ...login('plain'), ...ca() },
    env: inEnvironment,
  }),
  'SASL scram-sha-512 over TLS': () => ({
    brokers: ground.cluster.listeners.saslTls,
    settings: { ...login('scram-sha-512'), ...ca() },
    env: inEnvironment,
  }),
};

function passwordFile(): string {
  writeFileSync(path('password'), `${PASSWORD}\n`);
  return path('password');
}

test.each(Object.keys(DOORS))('%s: posts go in, are read, and are processed', async (name) => {
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

test('connections that end before they are secure, as those of a proxy whose broker restarts, are made anew', async () => {
  const port = Number(ground.cluster.listeners.tls.split(':')[1]);
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
    .poll(async () => (await ground.log.topics()).map(({ name }) => name))
    .toContain('restarting.candles.state');
  expect(running.child.exitCode).toBe(null);
  expect(ended).toBeGreaterThan(ENDED);
  running.child.kill('SIGTERM');
  expect((await running.done).code).toBe(0);
  door.close();
});

describe('what cannot work', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cryptopipe-strangers-'));
    makeCertificates(join(folder, 'stranger'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const onceOn = (bus: string) => [
    ...['process', 'candles', '--once', '--max-wait', `${MAX_WAIT_MS / 1000}s`, '--bus', bus],
  ];

  /** Runs it; answers with what it said and how long it took. */
  async function fails(args: readonly string[], env: Record<string, string> = {}) {
    const began = Date.now();
    const { code, stdout, stderr } = await start(args, { CRYPTOPIPE_TRACE: '1', ...env }).done;
    const took = Date.now() - began;
    const all = stdout + stderr;
    for (const secret of [WRONG, PASSWORD])
      for (const text of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)])
        expect(all).not.toContain(text);
    return { code, said: all, took };
  }

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
    'a wrong password for %s is refused at once, with the remedy, and is not shown',
    async (sasl) => {
      const bus = busOf(ground.cluster.listeners.saslPlaintext, login(sasl));
      const env = { CRYPTOPIPE_KAFKA_PASSWORD: WRONG };
      for (const args of [
        onceOn(bus),
        ['process', 'candles', '--bus', bus],
        ['topics', 'list', '--bus', bus],
      ]) {
        const { code, said, took } = await fails(args, env);
        expect(code).toBe(1);
        expect(said).toContain(`the broker refused user '${USER}' (${sasl})`);
        expect(said).toContain('CRYPTOPIPE_KAFKA_PASSWORD');
        expect(took).toBeLessThan(REFUSED_MS);
      }
    },
  );

  test('a wrong password over TLS, from a file, is refused in the same way', async () => {
    writeFileSync(path('wrong'), WRONG);
    const settings = { ...login('plain'), ...ca(), 'password-file': path('wrong') };
    const { code, said } = await fails(onceOn(busOf(ground.cluster.listeners.saslTls, settings)));
    expect(code).toBe(1);
    expect(said).toContain(`the broker refused user '${USER}' (plain)`);
  });

  test.each<[string, Place, RegExp]>([
    [
      'another authority',
      () => ({
        brokers: ground.cluster.listeners.tls,
        settings: { ca: certificatePaths(join(folder, 'stranger')).ca },
      }),
      /no secure connection: .*certificate.*\n.*ca=FILE/,
    ],
    [
      "no authority but Node's own",
      () => ({ brokers: ground.cluster.listeners.tls, settings: { tls: 'true' } }),
      /no secure connection: .*certificate.*\n.*ca=FILE/,
    ],
    [
      'a certificate for another name',
      () => ({
        brokers: ground.cluster.listeners.tls,
        settings: { ...ca(), 'server-name': 'kafka.example.com' },
      }),
      /no secure connection: .*kafka\.example\.com.*\n.*server-name=NAME/,
    ],
    [
      'TLS to a plain listener',
      () => ({ brokers: ground.cluster.listeners.plaintext, settings: ca() }),
      /tls=/,
    ],
    [
      'no TLS to a TLS listener',
      () => ({ brokers: ground.cluster.listeners.tls, settings: {} }),
      /has not answered for \ds: .*\n.*tls=true/,
    ],
    [
      'no login to a SASL listener',
      () => ({ brokers: ground.cluster.listeners.saslPlaintext, settings: {} }),
      /has not answered for \ds: .*\n.*sasl=/,
    ],
    [
      'a login to a listener without SASL',
      () => ({
        brokers: ground.cluster.listeners.plaintext,
        settings: login('plain'),
        env: inEnvironment,
      }),
      /sasl/,
    ],
    [
      'no client certificate where one is wanted',
      () => ({ brokers: ground.cluster.listeners.mtls, settings: ca() }),
      /no secure connection: .*\n.*cert=FILE/,
    ],
    [
      'an unknown authority for the client certificate',
      () => {
        const { clientCert, clientKey } = certificatePaths(join(folder, 'stranger'));
        return {
          brokers: ground.cluster.listeners.mtls,
          settings: { ...ca(), cert: clientCert, key: clientKey },
        };
      },
      /no secure connection: .*\n.*cert=FILE/,
    ],
  ])('%s ends with its remedy, within the patience', async (name, place, remedy) => {
    const { brokers, settings, env } = place();
    const { code, said, took } = await fails(onceOn(busOf(brokers, settings)), env);
    console.log(`${name}: ${took} ms\n${said.split('\n').slice(0, 2).join('\n')}`);
    expect(said).toMatch(remedy);
    expect(code).toBe(1);
    expect(took).toBeLessThan(MAX_WAIT_MS + REFUSED_MS);
  });
});
