import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { UserError } from '../../../core/errors.ts';
import type { NewRecord } from '../../../core/stream/record.ts';
import { stripControlCharacters } from '../../../core/text/printable-text.ts';
import type { KafkaSettings } from '../settings/settings.ts';

interface Failure extends Error {
  /** The protocol's name of the error. */
  readonly type?: string;
  /** Node's code of a socket or TLS error, or the protocol's number. */
  readonly code?: string | number;
  readonly cause?: unknown;
}

/** The error below kafkajs's wrappers ("number of retries exceeded", "non-retriable"). */
export function rootOf(error: unknown): Failure {
  const failure = error as Failure;
  if (failure?.name === 'KafkaJSAggregateError') return rootOf((error as AggregateError).errors[0]);
  const wrapper =
    failure?.name === 'KafkaJSNumberOfRetriesExceeded' || failure?.name === 'KafkaJSNonRetriableError';
  return wrapper && failure.cause instanceof Error ? rootOf(failure.cause) : failure;
}

export const typeOf = (error: unknown): string | undefined => rootOf(error)?.type;

/** Throws the protocol's error of a code; 0 is none. */
export function check(code: number): void {
  if (code !== 0) throw createErrorFromCode(code);
}

/** Another producer has taken the transactional id, or the broker ended the transaction when it took too long. */
const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'TRANSACTION_COORDINATOR_FENCED']);
export const isFenced = (error: unknown): boolean => FENCED.has(typeOf(error) ?? '');

/** The producer's numbers are no longer what the broker has: only a new producer goes on. */
const PRODUCER_OVER = new Set([
  ...FENCED,
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'KAFKAJS_UNKNOWN_ERROR_CODE',
]);
export const isProducerOver = (error: unknown): boolean => PRODUCER_OVER.has(typeOf(error) ?? '');

/** Not this group's member any more, or not in its present round. */
const OUT_OF_GROUP = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);
export const isOutOfGroup = (error: unknown): boolean => OUT_OF_GROUP.has(typeOf(error) ?? '');

/** No topic has the id that was asked for: it is new and still spreading, or it was deleted. */
const NO_SUCH_ID = new Set(['UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID']);
export const isUnknownId = (error: unknown): boolean => NO_SUCH_ID.has(typeOf(error) ?? '');

/** A batch is over what the topic takes, or over a whole segment of it. */
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
export const isTooLarge = (error: unknown): boolean => TOO_LARGE.has(typeOf(error) ?? '');

/** Characters of a key in a message. */
const SHOWN_KEY = 100;

/** `bytes`: of the record in a batch of its own, compressed. */
export function tooLargeProblem({ topic, key }: NewRecord, partition: number, bytes: number): UserError {
  const which =
    key === null
      ? 'a record without a key'
      : `the record with key ${stripControlCharacters(key.slice(0, SHOWN_KEY))}`;
  return new UserError(
    'failed',
    `${topic}/${partition}: ${which} takes ${bytes} bytes, more than max.message.bytes of the topic allows`,
    `Raise it: cryptopipe topics create ${topic} --config max.message.bytes=${2 ** Math.ceil(Math.log2(bytes + 1))} --update. Or take the record out of what is read.`,
  );
}

const isUnauthorized = (type: string): boolean => type.endsWith('_AUTHORIZATION_FAILED');

/** TLS errors that no waiting mends, and a plain listener that was spoken to in TLS. */
const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH|ERR_OSSL)/;

/** OpenSSL's reason out of all that it says around it. */
const tlsWords = (message: string): string =>
  /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message.replace(/^Connection error: /, '').trim();

const WRONG: Readonly<Record<string, string>> = {
  INVALID_TOPIC_EXCEPTION: 'Give the topic another name.',
  UNSUPPORTED_VERSION: 'Use Apache Kafka 3.9 or newer.',
  UNSUPPORTED_SASL_MECHANISM: 'Choose a mechanism that the listener has, with --kafka-option sasl=...',
  INVALID_REPLICATION_FACTOR:
    'Name fewer copies with --replication; a cluster has at most as many as it has brokers.',
  INVALID_CONFIG: 'Look the setting up in the documentation of Kafka, topic configs.',
  INVALID_PARTITIONS: 'Name 1 or more partitions.',
  POLICY_VIOLATION: "The cluster's administrator allows no such topic.",
  INCONSISTENT_GROUP_PROTOCOL: 'Another program uses a group of this name: choose another --app or --group.',
  INVALID_SESSION_TIMEOUT:
    "Choose --kafka-option session-timeout within the broker's group.min and group.max.session.timeout.ms.",
  INVALID_TRANSACTION_TIMEOUT:
    "Choose --kafka-option transaction-timeout below the broker's transaction.max.timeout.ms.",
};

const where = ({ brokers }: KafkaSettings): string => `kafka://${brokers.join(',')}`;

/** What no second try mends, in words; undefined for what may pass. Secrets are in none of them. */
export function fatalProblem(error: unknown, settings: KafkaSettings): UserError | undefined {
  if (error instanceof UserError) return error;
  const root = rootOf(error);
  const type = root?.type ?? '';
  const at = where(settings);
  if (root?.name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED') {
    const who =
      settings.sasl && 'username' in settings.sasl ? `user '${settings.sasl.username}'` : 'the login';
    return new UserError(
      'failed',
      `${at}: the broker refused ${who} (${settings.sasl?.mechanism})`,
      'Check --kafka-option user and sasl, and the password in CRYPTOPIPE_KAFKA_PASSWORD or the file that CRYPTOPIPE_KAFKA_PASSWORD_FILE names.',
    );
  }
  if (TLS_CODE.test(String(root?.code ?? '')))
    return new UserError(
      'failed',
      `${at}: no secure connection: ${tlsWords(root.message)}`,
      "Check tls=true or false for this listener, ca=FILE with the authority that signed the broker's certificate, server-name=NAME when the certificate is for another name, and cert=FILE with key=FILE where the listener wants a client certificate.",
    );
  if (isUnauthorized(type))
    return new UserError(
      'failed',
      `${at}: ${root.message}`,
      `Give this user the right in Kafka's ACLs (kafka-acls); the pipeline needs topics, groups, transactional ids and, to make topics, the cluster.`,
    );
  const remedy = WRONG[type];
  if (remedy !== undefined) return new UserError('failed', `${at}: ${root.message}`, remedy);
  if (root?.name === 'KafkaJSNotImplemented' || root?.name === 'KafkaJSServerDoesNotSupportApiKey')
    return new UserError('failed', `${at}: ${root.message}`, WRONG.UNSUPPORTED_VERSION!);
  if (root instanceof TypeError || root instanceof ReferenceError || root instanceof RangeError)
    return new UserError(
      'failed',
      `${at}: ${root.stack}`,
      'This is a mistake in cryptopipe: please report it.',
    );
  return undefined;
}

/** What an error that may pass can mean when it does not. */
function hintOf({ name, type, message }: Failure): string {
  if (name === 'KafkaJSConnectionClosedError')
    return ' A broker that closes connections at once may want tls=true or sasl=... for this listener.';
  if (type === 'ILLEGAL_SASL_STATE')
    return ' This listener knows no login: leave sasl and user out, or name the port of another.';
  if (message.includes('before secure TLS connection'))
    return ' A listener that speaks no TLS closes them so, too: say tls=false, without ca, or name another port.';
  return '';
}

/** A cluster that has not answered for as long as it is waited for. */
export function unreachable(error: unknown, settings: KafkaSettings, waited: string): UserError {
  const root = rootOf(error);
  return new UserError(
    'unavailable',
    `${where(settings)} has not answered for ${waited}: ${root.message}`,
    `Start it, or name another with --bus kafka://host:port; 'cryptopipe doctor kafka' looks closer.${hintOf(root)}`,
    true,
    { cause: error },
  );
}
