import type { CompletedPart } from '@aws-sdk/client-s3';
import { type RetryPolicy, retry } from '../../../../core/util/retry.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { Bucket } from './bucket.ts';
import { transientReason } from './errors.ts';

// Not lib-storage's Upload, which restarts the whole file after one lost answer.

const PARALLEL_PARTS = 2;
/** How long to wait for an unavailable server when aborting an upload. */
const ABORT_MAX_WAIT_MS = 2000;

/** Splits chunks lazily into parts of a size; the last one is smaller. */
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

/** Concatenates chunks; a single one is not copied. */
export const concat = (chunks: readonly Uint8Array[]): Uint8Array =>
  chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);

/** Target and condition of an upload. */
export interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly IfNoneMatch?: '*';
}

/**
 * Uploads in parts, at most two in flight; the object becomes visible at the end. Throws the SDK's error after aborting
 * the upload; NoSuchUpload may mean that the answer to the last call was lost.
 */
export async function putParts(
  { ask, s3, checksums, retryPolicy }: Bucket,
  { IfNoneMatch, ...object }: Upload,
  chunks: readonly Uint8Array[],
  partBytes: number,
): Promise<void> {
  const algorithm = checksums ? ({ ChecksumAlgorithm: 'CRC32' } as const) : {};
  const { UploadId } = await ask(() => s3.createMultipartUpload({ ...object, ...algorithm }));
  const upload = { ...object, UploadId };
  try {
    const Parts: CompletedPart[] = [];
    await inParallel(numbered(partsOf(chunks, partBytes)), PARALLEL_PARTS, async ([PartNumber, Body]) => {
      const answer = await ask(() => s3.uploadPart({ ...upload, ...algorithm, PartNumber, Body }));
      const { ETag, ChecksumCRC32 } = answer;
      Parts[PartNumber - 1] = { PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) };
    });
    const condition = IfNoneMatch === undefined ? {} : { IfNoneMatch };
    await ask(() => s3.completeMultipartUpload({ ...upload, ...condition, MultipartUpload: { Parts } }));
  } catch (error) {
    await abortUpload(() => s3.abortMultipartUpload(upload), retryPolicy);
    throw error;
  }
}

/** If this fails too, the parts stay invisible until a lifecycle rule of the bucket removes them. */
const abortUpload = (abort: () => Promise<unknown>, retryPolicy: RetryPolicy): Promise<unknown> =>
  retry('the store', { ...retryPolicy, maxWaitMs: ABORT_MAX_WAIT_MS }, transientReason, abort).catch(
    () => {},
  );

function* numbered<T>(items: Iterable<T>): Generator<[number: number, item: T]> {
  let number = 1;
  for (const item of items) yield [number++, item];
}
