import type { ErrorCode } from '../../../../core/errors.ts';
import type { S3ErrorDetails } from './errors.ts';

export type ProblemRow = readonly [code: ErrorCode, what: string, remedy: string];

/** What was asked of a store when it refused. */
export interface S3Request {
  readonly kind: 'list' | 'read' | 'write' | 'remove';
  /** With headers about checksums: CRC32 of an upload, the wish for one of what is read. */
  readonly checksums: boolean;
  /** With If-None-Match. */
  readonly conditional: boolean;
}

const NO_SUMS =
  'Add --s3-checksum when_required (or set AWS_REQUEST_CHECKSUM_CALCULATION=when_required): uploads go without them.';
const NO_CONDITIONS =
  'Use a newer store, or --table plain, which writes Parquet without a Delta log, at least once.';
const SUMS: ProblemRow = ['usage', 'the store does not know CRC32 checksums of requests', NO_SUMS];
const CONDITIONS: ProblemRow = [
  'usage',
  'the store does not know conditional writes by If-None-Match',
  NO_CONDITIONS,
];
const EITHER: ProblemRow = [
  'usage',
  'the store knows either no CRC32 checksums of requests or no conditional writes by If-None-Match',
  `${NO_SUMS} If that changes nothing: ${NO_CONDITIONS}`,
];
const LISTING: ProblemRow = [
  'usage',
  'the store does not know ListObjectsV2, the listing of a bucket',
  'Use a newer store, or turn ListObjectsV2 on there: a table is found by listing.',
];

/** Codes under which stores refuse a header with status 400: Ceph, OVH, Backblaze, and those that name none. */
const REFUSES_HEADER = new Set([
  'InvalidRequest',
  'InvalidArgument',
  'BadRequest',
  'NotImplemented',
  'UnknownError',
]);

/**
 * Which part of a request a store does not know: by its own words, else by what the request had. Undefined for a refusal of
 * another kind.
 */
export function unsupported(
  { code, status, message }: S3ErrorDetails,
  { kind, checksums: sums, conditional }: S3Request,
): ProblemRow | undefined {
  const isUnknown = status === 501 || status === 405 || code === 'NotImplemented';
  if (!isUnknown && !(status === 400 && REFUSES_HEADER.has(code))) return undefined;
  if (sums && /checksum|crc32|trailer|aws-chunked/i.test(message)) return SUMS;
  if (conditional && /if-none-match|condition/i.test(message)) return CONDITIONS;
  if (kind === 'list') return isUnknown || /list-type|listobjects/i.test(message) ? LISTING : undefined;
  if (sums && conditional) return EITHER;
  if (sums) return SUMS;
  return conditional ? CONDITIONS : undefined;
}
