import type { ErrorCode } from '../../../../core/errors.ts';
import type { S3ErrorDetails } from './errors.ts';

export type ErrorRow = readonly [code: ErrorCode, what: string, hint: string];

/** The kind of request that a store refused. */
export interface S3Request {
  readonly kind: 'list' | 'read' | 'write' | 'remove';
  /** With checksum headers: CRC32 of an upload, or asking for one of a download. */
  readonly checksums: boolean;
  /** With If-None-Match. */
  readonly conditional: boolean;
}

const NO_SUMS =
  'Add --s3-checksum when_required (or set AWS_REQUEST_CHECKSUM_CALCULATION=when_required): uploads then have no checksums.';
const NO_CONDITIONS =
  'Use a newer store, or --table plain, which writes Parquet without a Delta log, at least once.';
const SUMS: ErrorRow = ['usage', 'the store does not support CRC32 checksums of requests', NO_SUMS];
const CONDITIONS: ErrorRow = [
  'usage',
  'the store does not support conditional writes with If-None-Match',
  NO_CONDITIONS,
];
const EITHER: ErrorRow = [
  'usage',
  'the store does not support either CRC32 checksums of requests or conditional writes with If-None-Match',
  `${NO_SUMS} If that does not help: ${NO_CONDITIONS}`,
];
const LISTING: ErrorRow = [
  'usage',
  'the store does not support ListObjectsV2',
  'Use a newer store, or enable ListObjectsV2: tables are read by listing.',
];

/** Codes with which stores refuse a header under status 400: Ceph, OVH, Backblaze, and stores without a code. */
const REFUSES_HEADER = new Set([
  'InvalidRequest',
  'InvalidArgument',
  'BadRequest',
  'NotImplemented',
  'UnknownError',
]);

/**
 * The part of a request that a store does not support, according to its message, else to the request. Undefined for other
 * refusals.
 */
export function unsupported(
  { code, status, message }: S3ErrorDetails,
  { kind, checksums: sums, conditional }: S3Request,
): ErrorRow | undefined {
  const isUnknown = status === 501 || status === 405 || code === 'NotImplemented';
  if (!isUnknown && !(status === 400 && REFUSES_HEADER.has(code))) return undefined;
  if (sums && /checksum|crc32|trailer|aws-chunked/i.test(message)) return SUMS;
  if (conditional && /if-none-match|condition/i.test(message)) return CONDITIONS;
  if (kind === 'list') return isUnknown || /list-type|listobjects/i.test(message) ? LISTING : undefined;
  if (sums && conditional) return EITHER;
  if (sums) return SUMS;
  return conditional ? CONDITIONS : undefined;
}
