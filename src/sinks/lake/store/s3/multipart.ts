import type { CompletedPart } from '@aws-sdk/client-s3';
import { type RetryPolicy, retry } from '../../../../core/util/retry.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { Bucket } from './bucket.ts';
import { transientReason } from './errors.ts';

// By hand, not by lib-storage's Upload: it begins the whole file again after one lost answer.

const PARTS_AT_ONCE = 2;
/** How long a server that is away is waited for to take an unfinished upload back. */
const ABORT_PATIENCE_MS = 2000;

/** Cuts chunks into pieces of a size, the last one smaller; each is made when it is asked for. */
function* partsOf(chunks: readonly Uint8Array[], size: number): Generator<Uint8Array> {
  let part: Uint8Array[] = [];
  let room = size;
  for (const chunk of chunks)
    for (let from = 0; from < chunk.length; ) {
      const piece = chunk.subarray(from, from + room);
      part.push(piece);
      from += piece.length;
      room -= piece.length;
      if (room > 0) continue;
      yield concat(part);
      part = [];
      room = size;
    }
  if (part.length > 0) yield concat(part);
}

/** One array, without a copy where there is just one. */
export const concat = (chunks: readonly Uint8Array[]): Uint8Array =>
  chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);

/** What is put where, and on which condition. */
export interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly IfNoneMatch?: '*';
}

/**
 * Uploads in parts, at most two in flight; the object is visible when all are there. Throws the SDK's error after taking
 * the parts back; NoSuchUpload may mean that the answer to the last call was lost.
 */
export async function putParts(
  { ask, s3, checksums: sums, retryPolicy: patience }: Bucket,
  { IfNoneMatch, ...object }: Upload,
  chunks: readonly Uint8Array[],
  partBytes: number,
): Promise<void> {
  const algorithm = sums ? ({ ChecksumAlgorithm: 'CRC32' } as const) : {};
  const { UploadId } = await ask(() => s3.createMultipartUpload({ ...object, ...algorithm }));
  const upload = { ...object, UploadId };
  try {
    const Parts: CompletedPart[] = [];
    await inParallel(numbered(partsOf(chunks, partBytes)), PARTS_AT_ONCE, async ([PartNumber, Body]) => {
      const answer = await ask(() => s3.uploadPart({ ...upload, ...algorithm, PartNumber, Body }));
      const { ETag, ChecksumCRC32 } = answer;
      Parts[PartNumber - 1] = { PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) };
    });
    const condition = IfNoneMatch === undefined ? {} : { IfNoneMatch };
    await ask(() => s3.completeMultipartUpload({ ...upload, ...condition, MultipartUpload: { Parts } }));
  } catch (error) {
    await abortUpload(() => s3.abortMultipartUpload(upload), patience);
    throw error;
  }
}

/** If that fails too, the parts stay unseen until a lifecycle rule of the bucket removes them. */
const abortUpload = (abort: () => Promise<unknown>, patience: RetryPolicy): Promise<unknown> =>
  retry('the store', { ...patience, patienceMs: ABORT_PATIENCE_MS }, transientReason, abort).catch(() => {});

function* numbered<T>(items: Iterable<T>): Generator<[number: number, item: T]> {
  let number = 1;
  for (const item of items) yield [number++, item];
}
