/** What an error of the SDK tells, whatever it is: an answer of the server, a broken connection, a failed look for keys. */
export interface S3ErrorDetails {
  /** S3's code (`NoSuchBucket`), Node's (`ECONNRESET`), or the error's name. */
  readonly code: string;
  /** Of the HTTP answer, if there was one. */
  readonly status: number | undefined;
  readonly message: string;
  /** The bucket's region, when the server says so. */
  readonly region: string | undefined;
}

interface SdkError extends Error {
  readonly code?: unknown;
  readonly Region?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

export function errorDetails(error: unknown): S3ErrorDetails {
  if (!(error instanceof Error))
    return { code: 'Unknown', status: undefined, message: String(error), region: undefined };
  const { name, code, message, Region, $metadata, $response }: SdkError = error;
  const region = typeof Region === 'string' ? Region : $response?.headers?.['x-amz-bucket-region'];
  return {
    code: typeof code === 'string' ? code : name,
    status: $metadata?.httpStatusCode,
    message,
    region,
  };
}

/** Answers that ask for another try: Amazon's "Error responses", and MinIO's. The status alone does not say so. */
const TRANSIENT_CODES = new Set([
  'SlowDown',
  'SlowDownRead',
  'SlowDownWrite',
  'RequestTimeout',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'OperationAborted',
  'PriorRequestNotComplete',
  'InternalError',
  'ServiceUnavailable',
  // The body was harmed on its way.
  'IncompleteBody',
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'XAmzContentChecksumMismatch',
  'CutShort',
  // No answer, or half of one.
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
const TRANSIENT_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** Why an error may pass by itself; undefined when it will not. */
export function transientReason(error: unknown): string | undefined {
  const { code, status } = errorDetails(error);
  if (!TRANSIENT_CODES.has(code) && !(status !== undefined && TRANSIENT_STATUSES.has(status)))
    return undefined;
  return status === undefined ? code : `${status} ${code}`;
}

/** An answer whose body ended early. */
export class TruncatedBody extends Error {
  override readonly name = 'CutShort';
}

/** 412: there is something already. */
export const isPreconditionFailed = (error: unknown): boolean => errorDetails(error).status === 412;

/** 404 for the object, not for the bucket. */
export function isMissing(error: unknown): boolean {
  const { code, status } = errorDetails(error);
  return status === 404 && code !== 'NoSuchBucket';
}
