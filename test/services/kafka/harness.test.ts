import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type KafkaCluster, startKafka } from './cluster.ts';
import { findJava } from './java.ts';
import { type FaultyProxy, startProxy } from './proxy.ts';

/** Ids of the brokers that a client sees. */
async function nodes(brokers: string, settings: Partial<KafkaConfig> = {}): Promise<number[]> {
  const quick = { logLevel: logLevel.NOTHING, connectionTimeout: 2000, retry: { retries: 0 } };
  const admin = new Kafka({ ...quick, ...settings, brokers: brokers.split(',') }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.map(({ nodeId }) => nodeId).sort();
  } finally {
    await admin.disconnect();
  }
}

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token that Kafka's validator for tests accepts: unsigned, valid for an hour. */
function unsignedToken(subject: string): string {
  const now = Math.floor(Date.now() / 1000);
  return `${base64({ alg: 'none' })}.${base64({ sub: subject, iat: now, exp: now + 3600 })}.`;
}

describe('one node, with security, behind a proxy', () => {
  let kafka: KafkaCluster;
  let proxy: FaultyProxy;
  beforeAll(async () => {
    kafka = await startKafka({
      nodes: 1,
      security: true,
      advertise: async (_, port) => {
        proxy = await startProxy(`127.0.0.1:${port}`);
        return proxy.address;
      },
    });
  });
  afterAll(async () => {
    await kafka?.close();
    await proxy?.close();
  });

  test('the console consumer reads what the console producer wrote, even after a restart', async () => {
    await kafka.tool('topics', ['--create', '--topic', 'greetings', '--partitions', '1']);
    await kafka.tool('console-producer', ['--topic', 'greetings'], 'hello\nworld\n');
    await kafka.stop(1);
    await kafka.start(1);
    const read = ['--topic', 'greetings', '--from-beginning', '--max-messages', '2'];
    expect(await kafka.tool('console-consumer', read)).toBe('hello\nworld\n');
  });

  test('a failed tool reports the reason', async () => {
    await expect(kafka.tool('topics', ['--describe', '--topic', 'nowhere'])).rejects.toThrow(/nowhere/);
  });

  const tls = () => ({ ca: readFileSync(kafka.certs.ca, 'utf8') });
  const client = () => ({
    cert: readFileSync(kafka.certs.clientCert, 'utf8'),
    key: readFileSync(kafka.certs.clientKey, 'utf8'),
  });
  const user = { username: 'app', password: 'app-secret' };

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'SASL %s takes the user',
    async (mechanism) => {
      const sasl = (password: string) => ({
        sasl: { mechanism, ...user, password } as KafkaConfig['sasl'] & object,
      });
      expect(await nodes(kafka.listeners.saslPlaintext, sasl(user.password))).toEqual([1]);
      expect(await nodes(kafka.listeners.saslTls, { ...sasl(user.password), ssl: tls() })).toEqual([1]);
      await expect(nodes(kafka.listeners.saslPlaintext, sasl('wrong'))).rejects.toThrow(/authentication/i);
    },
  );

  test('SASL OAUTHBEARER accepts an unsigned token', async () => {
    const oauthBearerProvider = async () => ({ value: unsignedToken('app') });
    const sasl = { mechanism: 'oauthbearer' as const, oauthBearerProvider };
    expect(await nodes(kafka.listeners.saslPlaintext, { sasl })).toEqual([1]);
  });

  test('TLS presents a certificate that the authority signed', async () => {
    expect(await nodes(kafka.listeners.tls, { ssl: tls() })).toEqual([1]);
    await expect(nodes(kafka.listeners.tls, { ssl: true })).rejects.toThrow(/certificate/);
  });

  test('mutual TLS requires a client certificate', async () => {
    expect(await nodes(kafka.listeners.mtls, { ssl: { ...tls(), ...client() } })).toEqual([1]);
    await expect(nodes(kafka.listeners.mtls, { ssl: tls() })).rejects.toThrow();
  });

  test('clients connect through the proxy, tools connect directly', async () => {
    expect(kafka.bootstrap).toBe(proxy.address);
    expect(await nodes(kafka.bootstrap)).toEqual([1]);
    await proxy.refuse(true);
    await expect(nodes(kafka.bootstrap)).rejects.toThrow(/ECONNREFUSED/);
    expect(await kafka.tool('topics', ['--list'])).toContain('greetings');
    await proxy.refuse(false);
    expect(await nodes(kafka.bootstrap)).toEqual([1]);
  });

  test('a paused node does not respond until it is resumed', async () => {
    kafka.pause(1);
    // The signal takes a moment to stop all of its threads.
    const asked = () => nodes(kafka.bootstrap, { requestTimeout: 500 }).catch(String);
    await expect.poll(asked).toMatch(/timed out/);
    kafka.resume(1);
    expect(await nodes(kafka.bootstrap)).toEqual([1]);
  });
});

describe('three nodes', () => {
  let kafka: KafkaCluster;
  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 });
  });
  afterAll(() => kafka?.close());

  test('a killed node leaves the cluster, and rejoins when it is restarted', async () => {
    expect(await nodes(kafka.bootstrap)).toEqual([1, 2, 3]);
    kafka.kill(2);
    await expect.poll(() => nodes(kafka.bootstrap)).toEqual([1, 3]);
    await expect(nodes(kafka.bootstrap.split(',')[1]!)).rejects.toThrow(/ECONNREFUSED/);
    await kafka.start(2);
    await expect.poll(() => nodes(kafka.bootstrap)).toEqual([1, 2, 3]);
  });
});

test('without Java and Docker the suite fails with what to install', async () => {
  vi.stubEnv('JAVA_HOME', undefined);
  vi.stubEnv('PATH', '/nowhere');
  await expect(findJava('4.3.1')).rejects.toThrow(/needs Java 17 or docker.*apt install openjdk-17/);
  vi.unstubAllEnvs();
});

test('when the test process is killed, its brokers end and their folder is deleted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-guard-'));
  const contents = `import { processes } from './processes.ts';
    const java = { run: () => ['sleep', '600'], signal: (signal, _, pid) => ['kill', '-' + signal, pid] };
    const { child } = processes(java, process.argv[1]).run('sleeper', [], 'ignore');
    console.log(child.pid);`;
  const stdin = { contents, resolveDir: 'test/services/kafka', loader: 'ts' } as const;
  const bundle = buildSync({ stdin, bundle: true, platform: 'node', format: 'esm', write: false });
  const code = bundle.outputFiles[0]!.text;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', code, folder]);
  const [line] = await once(parent.stdout, 'data');
  const alive = () => {
    try {
      return process.kill(Number(line), 0);
    } catch {
      return false;
    }
  };
  expect([alive(), existsSync(folder)]).toEqual([true, true]);
  parent.kill('SIGKILL');
  await expect.poll(() => [alive(), existsSync(folder)]).toEqual([false, false]);
});
