import {
  bytes,
  choice,
  integer,
  type Option,
  optionalPath,
  optionalText,
  text,
  toggle,
} from '../../../core/option.ts';
import { span } from '../../../core/span-options.ts';
import { MINUTE, SECOND } from '../../../core/util/time.ts';
import type { Compression, SaslSettings } from './settings.ts';

const KB = 2 ** 10;
const MB = 2 ** 20;

/** Makes an option optional whose builder requires a default. */
const optional = <T>(option: Option<T>): Option<T | undefined> => ({
  ...option,
  fallback: undefined,
  fallbackText: '',
});

const MECHANISMS: readonly SaslSettings['mechanism'][] = [
  'plain',
  'scram-sha-256',
  'scram-sha-512',
  'aws-msk-iam',
];
const COMPRESSIONS: readonly Compression[] = ['gzip', 'none', 'snappy', 'lz4', 'zstd'];

/**
 * All Kafka settings. The flag without its dashes is the key in the URL's query (`?linger=20ms`), in
 * `--kafka-option linger=20ms` and, as CRYPTOPIPE_KAFKA_LINGER, in the environment. Precedence: `--kafka-option` and
 * flags, the URL, the environment, the default. A secret has no key, but its file has: see KAFKA_SECRETS.
 */
export const KAFKA_OPTIONS = {
  tls: optional(toggle('--tls', 'Use TLS; implied by ca, cert, key, server-name and sasl=aws-msk-iam.')),
  ca: optionalPath(
    '--ca',
    '<file>',
    "PEM file of the CAs that sign the brokers' certificates (default: Node's CAs).",
  ),
  cert: optionalPath('--cert', '<file>', 'PEM file of the client certificate.'),
  key: optionalPath('--key', '<file>', "PEM file of the client certificate's key."),
  'key-passphrase-file': optionalPath(
    '--key-passphrase-file',
    '<file>',
    'File with the passphrase of the key. Or set CRYPTOPIPE_KAFKA_KEY_PASSPHRASE.',
  ),
  'server-name': optionalText(
    '--server-name',
    '<host>',
    "Host name in the brokers' certificates, if it differs from their address.",
  ),
  sasl: optional(choice('--sasl', MECHANISMS, 'SASL mechanism.', 'plain')),
  user: optionalText('--user', '<name>', 'User name.'),
  'password-file': optionalPath(
    '--password-file',
    '<file>',
    'File with the password. Or set CRYPTOPIPE_KAFKA_PASSWORD.',
  ),
  region: optionalText('--region', '<region>', 'AWS region of an MSK cluster.', {
    env: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  }),
  'client-id': text('--client-id', '<name>', "Name in the brokers' logs and quotas.", 'cryptopipe'),
  compression: choice('--compression', COMPRESSIONS, 'Codec for written records.', 'gzip'),
  linger: span('--linger', 'How long a small write waits to be batched with others.', 5, {
    min: 0,
    max: MINUTE,
  }),
  'batch-bytes': bytes('--batch-bytes', 'Maximum bytes of a batch, before compression.', 512 * KB, {
    min: KB,
    max: 64 * MB,
  }),
  'fetch-bytes': bytes('--fetch-bytes', 'Maximum bytes of a fetch response.', MB, {
    min: 16 * KB,
    max: 256 * MB,
  }),
  'session-timeout': span(
    '--session-timeout',
    'A process without heartbeats for this long loses its partitions.',
    10 * SECOND,
    { min: SECOND, max: 30 * MINUTE },
  ),
  heartbeat: span('--heartbeat', 'Time between heartbeats.', SECOND, { min: 50, max: 10 * MINUTE }),
  'rebalance-timeout': span(
    '--rebalance-timeout',
    'How long a rebalance waits for members to commit and rejoin.',
    30 * SECOND,
    { min: SECOND, max: 60 * MINUTE },
  ),
  'transaction-timeout': span(
    '--transaction-timeout',
    'The broker aborts a transaction that is open for longer.',
    MINUTE,
    { min: SECOND, max: 15 * MINUTE },
  ),
  'metadata-max-age': span(
    '--metadata-max-age',
    'How often to check topics for new partitions and recreation.',
    MINUTE,
    { min: SECOND, max: 60 * MINUTE },
  ),
  'connect-timeout': span('--connect-timeout', 'Time limit for connecting to a broker.', 5 * SECOND, {
    min: 100,
    max: 5 * MINUTE,
  }),
  'request-timeout': span('--request-timeout', 'Time limit for a response from a broker.', 15 * SECOND, {
    min: SECOND,
    max: 30 * MINUTE,
  }),
  replication: optional(
    integer('--replication', '<n>', "Replicas of created topics (default: the cluster's).", 1, {
      min: 1,
      max: 100,
    }),
  ),
} as const satisfies Readonly<Record<string, Option<unknown>>>;

export type KafkaKey = keyof typeof KAFKA_OPTIONS;
export const KAFKA_KEYS = Object.keys(KAFKA_OPTIONS) as readonly KafkaKey[];

/** `linger` becomes CRYPTOPIPE_KAFKA_LINGER. */
export const kafkaEnvName = (key: string): string =>
  `CRYPTOPIPE_KAFKA_${key.toUpperCase().replaceAll('-', '_')}`;

/** Allowed only in the environment or a file, because every user of the machine can see flags and URLs. */
export const KAFKA_SECRETS = {
  password: { file: 'password-file', env: ['CRYPTOPIPE_KAFKA_PASSWORD', 'KAFKA_PASSWORD'] },
  'key-passphrase': { file: 'key-passphrase-file', env: ['CRYPTOPIPE_KAFKA_KEY_PASSPHRASE'] },
} as const satisfies Readonly<
  Record<string, { readonly file: KafkaKey; readonly env: readonly [string, ...string[]] }>
>;
