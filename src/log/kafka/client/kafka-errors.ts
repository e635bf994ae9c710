import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { UserError } from '../../../core/errors.ts';
import type { NewRecord } from '../../../core/stream/record.ts';
import { stripControlCharacters } from '../../../core/text/printable-text.ts';
import type { KafkaSettings } from '../settings/settings.ts';

interface Failure extends Error {
  /** Kafka error name. */
  readonly type?: string;
  /** Node's code of a socket or TLS error, or Kafka's error number. */
  readonly code?: string | number;
  readonly cause?: unknown;
}

/** Unwraps kafkajs's errors ("number of retries exceeded", "non-retriable"). */
export function rootCause(error: unknown): Failure {
  const failure = error as Failure;
  if (failure?.name === 'KafkaJSAggregateError') return rootCause((error as AggregateError).errors[0]);
  const wrapper =
    failure?.name === 'KafkaJSNumberOfRetriesExceeded' || failure?.name === 'KafkaJSNonRetriableError';
  return wrapper && failure.cause instanceof Error ? rootCause(failure.cause) : failure;
}

export const errorType = (error: unknown): string | undefined => rootCause(error)?.type;

/** Throws the Kafka error for a nonzero code. */
export function throwIfError(code: number): void {
  if (code !== 0) throw createErrorFromCode(code);
}

/** Another producer took over the transactional id, or the broker aborted a transaction that timed out. */
const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'TRANSACTION_COORDINATOR_FENCED']);
export const isFenced = (error: unknown): boolean => FENCED.has(errorType(error) ?? '');

/** The broker no longer accepts this producer's id, epoch or sequence: open a new producer. */
const PRODUCER_OVER = new Set([
  ...FENCED,
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'KAFKAJS_UNKNOWN_ERROR_CODE',
]);
export const needsNewProducer = (error: unknown): boolean => PRODUCER_OVER.has(errorType(error) ?? '');

/** The group expelled this member, or moved on to a newer generation. */
const OUT_OF_GROUP = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);
export const isExpelled = (error: unknown): boolean => OUT_OF_GROUP.has(errorType(error) ?? '');

/** No topic has the requested id: it is new and still propagating, or it was deleted. */
const NO_SUCH_ID = new Set(['UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID']);
export const isUnknownTopicId = (error: unknown): boolean => NO_SUCH_ID.has(errorType(error) ?? '');

/** A batch exceeds the topic's limit, or its segment size. */
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
export const isTooLarge = (error: unknown): boolean => TOO_LARGE.has(errorType(error) ?? '');

/** Longest key shown in a message, in characters. */
const SHOWN_KEY = 100;

/** `bytes`: size of the record alone in a batch, compressed. */
export function recordTooLarge({ topic, key }: NewRecord, partition: number, bytes: number): UserError {
  const which =
    key === null
      ? 'a record without a key'
      : `the record with key ${stripControlCharacters(key.slice(0, SHOWN_KEY))}`;
  return new UserError(
    'failed',
    `${topic}/${partition}: ${which} takes ${bytes} bytes, more than max.message.bytes of the topic allows`,
    `Raise it: cryptopipe topics create ${topic} --config max.message.bytes=${2 ** Math.ceil(Math.log2(bytes + 1))} --update. Or remove the record from the input.`,
  );
}

const isUnauthorized = (type: string): boolean => type.endsWith('_AUTHORIZATION_FAILED');

/** TLS errors that a retry does not fix, including TLS to a plaintext listener. */
const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH|ERR_OSSL)/;

/** Extracts the reason from OpenSSL's error text. */
const tlsReason = (message: string): string =>
  /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message.replace(/^Connection error: /, '').trim();

const FATAL_HINTS: Readonly<Record<string, string>> = {
  INVALID_TOPIC_EXCEPTION: 'Give the topic another name.',
  UNSUPPORTED_VERSION: 'Use Apache Kafka 3.9 or newer.',
  UNSUPPORTED_SASL_MECHANISM: 'Choose a mechanism that the listener supports, with --kafka-option sasl=...',
  INVALID_REPLICATION_FACTOR: 'Lower --replication: a topic has at most one replica per broker.',
  INVALID_CONFIG: "See the topic configs in Kafka's documentation.",
  INVALID_PARTITIONS: 'Use 1 or more partitions.',
  POLICY_VIOLATION: "The cluster's policy forbids such a topic; ask its administrator.",
  INCONSISTENT_GROUP_PROTOCOL: 'Another program uses a group of this name. Choose another --app or --group.',
  INVALID_SESSION_TIMEOUT:
    "Choose --kafka-option session-timeout within the broker's group.min and group.max.session.timeout.ms.",
  INVALID_TRANSACTION_TIMEOUT:
    "Choose --kafka-option transaction-timeout below the broker's transaction.max.timeout.ms.",
};

const where = ({ brokers }: KafkaSettings): string => `kafka://${brokers.join(',')}`;

/** A UserError for errors that a retry cannot fix, else undefined. The text contains no secrets. */
export function fatalError(error: unknown, settings: KafkaSettings): UserError | undefined {
  if (error instanceof UserError) return error;
  const root = rootCause(error);
  const type = root?.type ?? '';
  const at = where(settings);
  if (root?.name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED') {
    const who =
      settings.sasl && 'username' in settings.sasl ? `user '${settings.sasl.username}'` : 'the login';
    return new UserError(
      'failed',
      `${at}: the broker refused ${who} (${settings.sasl?.mechanism})`,
      'Check --kafka-option user and sasl, and the password in CRYPTOPIPE_KAFKA_PASSWORD or in the file that CRYPTOPIPE_KAFKA_PASSWORD_FILE names.',
    );
  }
  if (TLS_CODE.test(String(root?.code ?? '')))
    return new UserError(
      'failed',
      `${at}: TLS handshake failed: ${tlsReason(root.message)}`,
      "Check tls=true or false for this listener, ca=FILE for the CA that signed the broker's certificate, server-name=NAME if the certificate is for another name, and cert=FILE with key=FILE if the listener requires a client certificate.",
    );
  if (isUnauthorized(type))
    return new UserError(
      'failed',
      `${at}: ${root.message}`,
      `Grant this user the permission in Kafka's ACLs (kafka-acls). The pipeline needs access to topics, groups and transactional ids, and to the cluster for creating topics.`,
    );
  const hint = FATAL_HINTS[type];
  if (hint !== undefined) return new UserError('failed', `${at}: ${root.message}`, hint);
  if (root?.name === 'KafkaJSNotImplemented' || root?.name === 'KafkaJSServerDoesNotSupportApiKey')
    return new UserError('failed', `${at}: ${root.message}`, FATAL_HINTS.UNSUPPORTED_VERSION!);
  if (root instanceof TypeError || root instanceof ReferenceError || root instanceof RangeError)
    return new UserError('failed', `${at}: ${root.stack}`, 'This is a bug in cryptopipe. Please report it.');
  return undefined;
}

/** A likely cause of a transient error that persists. */
function extraHint({ name, type, message }: Failure): string {
  if (name === 'KafkaJSConnectionClosedError')
    return ' A broker that closes connections at once may require tls=true or sasl=... on this listener.';
  if (type === 'ILLEGAL_SASL_STATE')
    return ' This listener does not support logins: omit sasl and user, or use the port of another listener.';
  if (message.includes('before secure TLS connection'))
    return ' A plaintext listener also closes TLS connections like this: use tls=false without ca, or another port.';
  return '';
}

/** The error once the retry limit has passed. */
export function clusterUnreachable(error: unknown, settings: KafkaSettings, waited: string): UserError {
  const root = rootCause(error);
  return new UserError(
    'unavailable',
    `${where(settings)} did not respond for ${waited}: ${root.message}`,
    `Start it, or name another with --bus kafka://host:port. To diagnose it, run 'cryptopipe doctor kafka'.${extraHint(root)}`,
    true,
    { cause: error },
  );
}
