import { UserError } from '../../../core/errors.ts';
import type { MongoAddress } from './address.ts';

/** What the driver and the server tell of an error; all of it may be missing. */
interface DriverError extends Error {
  readonly code?: number | string;
  readonly codeName?: string;
  /** The error that a bulk write wraps. */
  readonly errorResponse?: unknown;
}

/** An error, what a bulk write wrapped in it, and the causes of both; the outermost first. */
function* layers(error: unknown): Iterable<DriverError> {
  for (let layer = error, depth = 0; layer instanceof Error && depth < 8; depth++) {
    yield layer;
    const { errorResponse, cause } = layer as DriverError;
    layer = errorResponse instanceof Error && errorResponse !== layer ? errorResponse : cause;
  }
}

/** Errors that a later try may not see: elections, shutdowns, time-outs, conflicts (the names are MongoDB's). */
const TRANSIENT_CODES = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  24, // LockTimeout
  46, // LockBusy
  50, // MaxTimeMSExpired
  63, // StaleShardVersion
  64, // WriteConcernTimeout
  89, // NetworkTimeout
  91, // ShutdownInProgress
  112, // WriteConflict
  117, // ConflictingOperationInProgress
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  150, // StaleEpoch
  189, // PrimarySteppedDown
  202, // NetworkInterfaceExceededTimeLimit
  234, // RetryChangeStream
  262, // ExceededTimeLimit
  9001, // SocketException
  10058, // LegacyNotPrimary
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13388, // StaleConfig
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
]);
const TRANSIENT_NAMES = new Set([
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoWaitQueueTimeoutError',
  'MongoStalePrimaryError',
]);
export const isTransientCode = (code: unknown): boolean =>
  typeof code === 'number' && TRANSIENT_CODES.has(code);

const LOGIN = new Set<unknown>([11, 18, 8000]); // UserNotFound, AuthenticationFailed, Atlas: bad auth
const UNAUTHORIZED = 13;
const OUT_OF_DISK = 14031;
/** TLS errors that waiting does not fix, and a TLS handshake with a plain port. */
const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH|ERR_OSSL)/;

/** What no second try mends; undefined for the rest. No credentials are in it. */
function permanentError(error: unknown, { shown, redact, auth }: MongoAddress): UserError | undefined {
  const permanent = (code: 'failed' | 'disk-full' | 'usage', message: string, hint: string): UserError =>
    new UserError(code, `${shown}: ${message}`, hint);
  for (const layer of layers(error)) {
    if (layer instanceof UserError) return layer;
    const { code, name, message } = layer;
    if ((LOGIN.has(code) && name === 'MongoServerError') || name === 'MongoMissingCredentialsError')
      return permanent(
        'failed',
        `the server refused the login${auth ? ` of user '${auth.username}'` : ''}`,
        'Check CRYPTOPIPE_MONGO_USER and CRYPTOPIPE_MONGO_PASSWORD (or the file that CRYPTOPIPE_MONGO_PASSWORD_FILE names), or MONGODB_URI and its authSource.',
      );
    if (code === UNAUTHORIZED)
      return permanent(
        'failed',
        `the server refuses this: ${redact(message)}`,
        'Give the user the role readWrite on the database of --db, and log in: set CRYPTOPIPE_MONGO_USER and CRYPTOPIPE_MONGO_PASSWORD, or MONGODB_URI.',
      );
    if (code === OUT_OF_DISK)
      return permanent(
        'disk-full',
        'the disk of the server is full',
        'Free some space there and run it again.',
      );
    if (TLS_CODE.test(String(code ?? '')))
      return permanent(
        'failed',
        `no secure connection: ${redact(message)}`,
        'Check tls=true or false in the URL, and tlsCAFile=FILE with the authority that signed the certificate of the server.',
      );
  }
  return undefined;
}

/** Why an error may pass by itself; undefined for one that is final. */
export function transientReason(error: unknown, address: MongoAddress): string | undefined {
  if (permanentError(error, address) !== undefined) return undefined;
  for (const layer of layers(error))
    if (TRANSIENT_NAMES.has(layer.name) || isTransientCode(layer.code)) return address.redact(layer.message);
  return undefined;
}

/** Any error as one for its reader. */
export function asUserError(error: unknown, address: MongoAddress): UserError {
  const known = permanentError(error, address);
  if (known) return known;
  const { name, message } = error as Error;
  const isSetting = ['MongoParseError', 'MongoAPIError', 'MongoInvalidArgumentError'].includes(name);
  return new UserError(
    isSetting ? 'usage' : 'failed',
    `${address.shown}: ${address.redact(message ?? String(error))}`,
    isSetting
      ? 'Check the URL in --url, MONGODB_URI or MONGO_URL.'
      : 'Look the error up in the documentation of MongoDB, or in the log of the server.',
  );
}

/** Codes with which a server refuses a whole command for one document in it. */
const DOCUMENT_ERROR_CODES = new Set<unknown>([
  2, 9, 14, 15, 22, 28, 52, 53, 55, 57, 121, 10334, 16755, 17280, 17419, 17420,
]);

/** Whether some document among several is what an error is about: the driver could not encode it, or the server not read it. */
export function isAboutDocuments(error: unknown): boolean {
  for (const { name, code } of layers(error))
    if (
      name.startsWith('BSON') ||
      name === 'MongoInvalidArgumentError' ||
      name === 'RangeError' ||
      DOCUMENT_ERROR_CODES.has(code)
    )
      return true;
  return false;
}
