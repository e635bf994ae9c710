import {
  bytes,
  choice,
  integer,
  type Option,
  optionalPath,
  optionalText,
  span,
  text,
  toggle,
} from '../../../core/option.ts';
import { MINUTE, SECOND } from '../../../core/util/time.ts';
import type { Compression, SaslSettings } from './settings.ts';

const KB = 2 ** 10;
const MB = 2 ** 20;

/** For an option that may be left out, whose builder wants a default. */
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
 * Every setting of Kafka. The flag without its dashes is the key: in the URL's query (`?linger=20ms`), in
 * `--kafka-option linger=20ms` and, as CRYPTOPIPE_KAFKA_LINGER, in the environment. They count in this order:
 * `--kafka-option` and flags, the URL, the environment, the default. A secret has no key, its file has: see
 * KAFKA_SECRETS.
 */
export const KAFKA_OPTIONS = {
  tls: optional(toggle('--tls', 'Speak TLS; implied by ca, cert, key, server-name and sasl=aws-msk-iam.')),
  ca: optionalPath('--ca', '<file>', 'PEM file of the authorities that sign brokers; else those of Node.'),
  cert: optionalPath('--cert', '<file>', 'PEM file of the client certificate.'),
  key: optionalPath('--key', '<file>', "PEM file of the client certificate's key."),
  'key-passphrase-file': optionalPath(
    '--key-passphrase-file',
    '<file>',
    'File with the passphrase of the key; or CRYPTOPIPE_KAFKA_KEY_PASSPHRASE.',
  ),
  'server-name': optionalText(
    '--server-name',
    '<host>',
    "Name in the brokers' certificates, when it is not their host.",
  ),
  sasl: optional(choice('--sasl', MECHANISMS, 'How to log in.', 'plain')),
  user: optionalText('--user', '<name>', 'Name to log in with.'),
  'password-file': optionalPath(
    '--password-file',
    '<file>',
    'File with the password; or CRYPTOPIPE_KAFKA_PASSWORD.',
  ),
  region: optionalText('--region', '<region>', 'AWS region of an MSK cluster.', {
    env: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  }),
  'client-id': text('--client-id', '<name>', "Name in the brokers' logs and quotas.", 'cryptopipe'),
  compression: choice('--compression', COMPRESSIONS, 'Codec of what is written.', 'gzip'),
  linger: span('--linger', 'How long a small write waits for company.', 5, { min: 0, max: MINUTE }),
  'batch-bytes': bytes('--batch-bytes', 'Most bytes of a batch, before compression.', 512 * KB, {
    min: KB,
    max: 64 * MB,
  }),
  'fetch-bytes': bytes('--fetch-bytes', 'Most bytes of an answer to a fetch.', MB, {
    min: 16 * KB,
    max: 256 * MB,
  }),
  'session-timeout': span(
    '--session-timeout',
    'A process unheard of for this long loses its partitions.',
    10 * SECOND,
    { min: SECOND, max: 30 * MINUTE },
  ),
  heartbeat: span('--heartbeat', 'Time between signs of life.', SECOND, { min: 50, max: 10 * MINUTE }),
  'rebalance-timeout': span(
    '--rebalance-timeout',
    'How long a rebalance waits for processes that commit first.',
    30 * SECOND,
    { min: SECOND, max: 60 * MINUTE },
  ),
  'transaction-timeout': span(
    '--transaction-timeout',
    'The broker aborts what is not committed after this long.',
    MINUTE,
    { min: SECOND, max: 15 * MINUTE },
  ),
  'metadata-max-age': span(
    '--metadata-max-age',
    'Topics are looked at this often: for new partitions, and whether they were made anew.',
    MINUTE,
    { min: SECOND, max: 60 * MINUTE },
  ),
  'connect-timeout': span('--connect-timeout', 'For a connection to a broker.', 5 * SECOND, {
    min: 100,
    max: 5 * MINUTE,
  }),
  'request-timeout': span('--request-timeout', "For a broker's answer.", 15 * SECOND, {
    min: SECOND,
    max: 30 * MINUTE,
  }),
  replication: optional(
    integer('--replication', '<n>', "Copies of topics made here (default: the cluster's).", 1, {
      min: 1,
      max: 100,
    }),
  ),
} as const satisfies Readonly<Record<string, Option<unknown>>>;

export type KafkaKey = keyof typeof KAFKA_OPTIONS;
export const KAFKA_KEYS = Object.keys(KAFKA_OPTIONS) as readonly KafkaKey[];

/** `linger` is CRYPTOPIPE_KAFKA_LINGER. */
export const kafkaEnvName = (key: string): string =>
  `CRYPTOPIPE_KAFKA_${key.toUpperCase().replaceAll('-', '_')}`;

/** What may stand in the environment or a file only; flags and URLs are seen by everyone on the machine. */
export const KAFKA_SECRETS = {
  password: { file: 'password-file', env: ['CRYPTOPIPE_KAFKA_PASSWORD', 'KAFKA_PASSWORD'] },
  'key-passphrase': { file: 'key-passphrase-file', env: ['CRYPTOPIPE_KAFKA_KEY_PASSPHRASE'] },
} as const satisfies Readonly<
  Record<string, { readonly file: KafkaKey; readonly env: readonly [string, ...string[]] }>
>;
