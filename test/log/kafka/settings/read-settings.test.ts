import { describe, expect, test } from 'vitest';
import { KAFKA_KEYS } from '../../../../src/log/kafka/settings/options.ts';
import type { RawKafkaSettings } from '../../../../src/log/kafka/settings/parse-settings.ts';
import { readKafkaSettings } from '../../../../src/log/kafka/settings/read-settings.ts';
import { DEFAULTS } from '../defaults.ts';

const FILES: Readonly<Record<string, string>> = {
  'ca.pem': '-----BEGIN CERTIFICATE-----\nca\n',
  'cert.pem': '-----BEGIN CERTIFICATE-----\ncert\n',
  'key.pem': '-----BEGIN ENCRYPTED PRIVATE KEY-----\nkey\n',
  'store.jks': '\u0000\u0001binary',
  secret: 'from the file\n',
  empty: '\n',
};

const read = (given: Partial<RawKafkaSettings> = {}) =>
  readKafkaSettings({
    brokers: ['h1:9092'],
    query: {},
    options: {},
    env: {},
    readFile: (path) => {
      const text = FILES[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
    didYouMean: (word, candidates) =>
      candidates.includes(word.replace('_', '-')) ? `; did you mean ${word.replace('_', '-')}?` : '',
    ...given,
  });
const settings = (given?: Partial<RawKafkaSettings>) => {
  const { settings, problems } = read(given);
  expect(problems).toEqual([]);
  return settings!;
};
const problems = (given: Partial<RawKafkaSettings>) => read(given).problems;

describe('settings', () => {
  test('defaults apply without any settings', () => {
    expect(settings({ brokers: ['h1:9092', 'h2.example.org:9093', 'h1:9092'] })).toEqual({
      ...DEFAULTS,
      brokers: ['h1:9092', 'h2.example.org:9093'],
    });
  });

  test('precedence: flag, URL, environment, default', () => {
    const env = { CRYPTOPIPE_KAFKA_LINGER: '1ms' };
    const query = { linger: '2ms' };
    const options = { linger: '3ms' };
    expect(settings({ env, query, options }).lingerMs).toBe(3);
    expect(settings({ env, query }).lingerMs).toBe(2);
    expect(settings({ env }).lingerMs).toBe(1);
    expect(settings({ env: { CRYPTOPIPE_KAFKA_LINGER: '' } }).lingerMs).toBe(5);
  });

  test('settings are parsed by name and unit', () => {
    const options = { compression: 'lz4', 'batch-bytes': '1MB', 'session-timeout': '45s', replication: '3' };
    expect(settings({ options })).toMatchObject({
      compression: 'lz4',
      batchBytes: 1024 * 1024,
      sessionTimeoutMs: 45_000,
      replication: 3,
    });
  });
});

describe('TLS', () => {
  test('tls=true enables TLS', () => {
    const nothing = { ca: undefined, cert: undefined, key: undefined, passphrase: undefined };
    expect(settings({ query: { tls: 'true' } }).tls).toEqual({ ...nothing, serverName: undefined });
    expect(settings({ query: { tls: 'false' } }).tls).toBeUndefined();
  });

  test('a CA or certificate implies TLS and its files are read', () => {
    const query = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem', 'server-name': 'kafka.example.org' };
    const env = { CRYPTOPIPE_KAFKA_KEY_PASSPHRASE: 'open sesame' };
    expect(settings({ query, env }).tls).toEqual({
      ca: FILES['ca.pem'],
      cert: FILES['cert.pem'],
      key: FILES['key.pem'],
      passphrase: 'open sesame',
      serverName: 'kafka.example.org',
    });
  });

  test.each([
    [{ tls: 'false', ca: 'ca.pem' }, 'tls in --bus: false, but ca needs TLS; omit one of them'],
    [{ cert: 'cert.pem' }, 'cert in --bus: needs its key; add key=FILE'],
    [{ key: 'key.pem' }, 'key in --bus: needs its certificate; add cert=FILE'],
    [{ ca: 'none.pem' }, 'ca in --bus: cannot read none.pem (ENOENT)'],
    [{ ca: 'store.jks' }, 'ca in --bus: store.jks is not a PEM file: it should contain -----BEGIN ...'],
    [{ ca: '' }, 'ca in --bus: needs a value: <file>'],
  ])('%o is rejected', (query, problem) => {
    expect(problems({ query })).toEqual([problem]);
  });
});

describe('login', () => {
  const query = { sasl: 'scram-sha-256', user: 'app' };

  test('the password comes from our environment name or the common one', () => {
    const usual = { KAFKA_PASSWORD: 'usual' };
    const password = (env: Record<string, string>) => settings({ query, env }).sasl;
    expect(password(usual)).toEqual({ mechanism: 'scram-sha-256', username: 'app', password: 'usual' });
    expect(password({ ...usual, CRYPTOPIPE_KAFKA_PASSWORD: 'ours' })).toMatchObject({ password: 'ours' });
  });

  test('a password file may end with a line break', () => {
    const password = (given: Partial<RawKafkaSettings>) => settings({ query, ...given }).sasl;
    const file = { CRYPTOPIPE_KAFKA_PASSWORD_FILE: 'secret' };
    expect(password({ env: { ...file, KAFKA_PASSWORD: 'usual' } })).toMatchObject({
      password: 'from the file',
    });
    expect(password({ env: { ...file, CRYPTOPIPE_KAFKA_PASSWORD: 'ours' } })).toMatchObject({
      password: 'ours',
    });
    const options = { 'password-file': 'secret' };
    expect(password({ options, env: { CRYPTOPIPE_KAFKA_PASSWORD: 'ours' } })).toMatchObject({
      password: 'from the file',
    });
  });

  test('an MSK login needs a region and implies TLS', () => {
    const found = settings({ query: { sasl: 'aws-msk-iam' }, env: { AWS_REGION: 'eu-central-1' } });
    expect(found.sasl).toEqual({ mechanism: 'aws-msk-iam', region: 'eu-central-1' });
    expect(found.tls).toBeDefined();
    const region = { sasl: 'aws-msk-iam', region: 'us-east-1' };
    expect(settings({ query: region, env: { AWS_REGION: 'eu-central-1' } }).sasl).toMatchObject({
      region: 'us-east-1',
    });
  });

  test('a mechanism without user and password reports both', () => {
    expect(problems({ query: { sasl: 'plain' } })).toEqual([
      'sasl in --bus: plain needs a user; add user=NAME, or set CRYPTOPIPE_KAFKA_USER',
      'sasl in --bus: plain needs a password; set CRYPTOPIPE_KAFKA_PASSWORD, or name a file with password-file=FILE',
    ]);
  });

  test.each([
    [
      { user: 'app' },
      'user in --bus: needs a SASL mechanism; add sasl=plain, scram-sha-256 or scram-sha-512',
    ],
    [
      { sasl: 'aws-msk-iam' },
      'sasl in --bus: aws-msk-iam needs a region; add region=REGION, or set AWS_REGION',
    ],
    [
      { sasl: 'kerberos', user: 'app' },
      "sasl in --bus: 'kerberos' is not one of plain, scram-sha-256, scram-sha-512, aws-msk-iam",
    ],
    [{ ...query, 'password-file': 'empty' }, 'password-file in --bus: the file is empty'],
    [
      { ...query, 'password-file': 'hunter2' },
      'password-file in --bus: cannot read the file it names (ENOENT)',
    ],
  ])('%o is rejected', (query, problem) => {
    expect(problems({ query })).toEqual([problem]);
  });
});

describe('secret in a flag or the URL', () => {
  test.each([
    ['password', 'CRYPTOPIPE_KAFKA_PASSWORD', 'password-file=FILE'],
    ['key-passphrase', 'CRYPTOPIPE_KAFKA_KEY_PASSPHRASE', 'key-passphrase-file=FILE'],
  ])('%s is rejected with a hint and without its value', (key, name, file) => {
    const secret = { [key]: 'hunter2' };
    for (const origin of [{ query: secret }, { options: secret }]) {
      const [problem, ...others] = problems(origin);
      expect(others).toEqual([]);
      expect(problem).toContain(`set ${name}, or name a file with ${file}`);
      expect(problem).not.toContain('hunter2');
    }
  });
});

describe('problems', () => {
  test('all problems are reported at once, each with its origin', () => {
    expect(
      problems({
        brokers: ['h1', 'h2:9092', 'user:secret', 'h3:99999'],
        options: { lingr: '5ms', compression: 'rar' },
        query: { session_timeout: '1s', 'fetch-bytes': '1B' },
        env: { CRYPTOPIPE_KAFKA_REPLICATION: 'many' },
      }),
    ).toEqual([
      '--bus: broker h1 has no port; write h1:9092',
      '--bus: broker 3 is not host:port; write kafka://host:9092,host:9092',
      '--bus: broker 4 is not host:port; write kafka://host:9092,host:9092',
      `--kafka-option: Kafka has no setting 'lingr'; valid: ${KAFKA_KEYS.join(', ')}`,
      "--bus: Kafka has no setting 'session_timeout'; did you mean session-timeout?",
      "--kafka-option compression: 'rar' is not one of gzip, none, snappy, lz4, zstd",
      "fetch-bytes in --bus: '1B' is not a size from 16KB to 256MB; write 64MB",
      "CRYPTOPIPE_KAFKA_REPLICATION: 'many' is not a whole number from 1 to 100",
    ]);
  });

  test('the heartbeat must be below a third of the session timeout', () => {
    expect(problems({ options: { heartbeat: '4s' } })).toEqual([
      expect.stringContaining('--kafka-option heartbeat: a heartbeat of 4s must be below a third'),
    ]);
    expect(problems({ query: { 'session-timeout': '3s' } })).toEqual([
      expect.stringMatching(/^session-timeout in --bus: .*session-timeout 3s/),
    ]);
    expect(settings({ options: { heartbeat: '3s' } }).heartbeatMs).toBe(3000);
  });

  test('names of Object.prototype members are ordinary unknown keys', () => {
    expect(problems({ query: { constructor: 'x' } })).toHaveLength(1);
  });
});
