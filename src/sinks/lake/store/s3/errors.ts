/** Details of an SDK error: an answer of the server, a broken connection, or missing credentials. */
export interface S3ErrorDetails {
  /** S3's code (`NoSuchBucket`), Node's (`ECONNRESET`), or the error's name. */
  readonly code: string;
  /** Status of the HTTP response, if there was one. */
  readonly status: number | undefined;
  readonly message: string;
  /** The bucket's region, if the server reports it. */
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

/** Errors worth a retry, from Amazon's "Error responses" and MinIO; the status alone does not tell. */
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
  // The body was damaged in transit.
  'IncompleteBody',
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'XAmzContentChecksumMismatch',
  'TruncatedBody',
  // No answer, or only part of one.
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

/** Why an error may be transient; undefined when it is permanent. */
export function transientReason(error: unknown): string | undefined {
  const { code, status } = errorDetails(error);
  if (!TRANSIENT_CODES.has(code) && !(status !== undefined && TRANSIENT_STATUSES.has(status)))
    return undefined;
  return status === undefined ? code : `${status} ${code}`;
}

/** A response whose body ended early. */
export class TruncatedBody extends Error {
  override readonly name = 'TruncatedBody';
}

/** 412: the key exists already. */
export const isPreconditionFailed = (error: unknown): boolean => errorDetails(error).status === 412;

/** 404 for the object, not the bucket. */
export function isMissing(error: unknown): boolean {
  const { code, status } = errorDetails(error);
  return status === 404 && code !== 'NoSuchBucket';
}
