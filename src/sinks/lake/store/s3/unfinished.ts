import type { ListMultipartUploadsOutput } from '@aws-sdk/client-s3';
import { DAY, type Millis } from '../../../../core/util/time.ts';
import type { UnfinishedFile } from '../store.ts';
import type { Bucket } from './bucket.ts';
import { s3Error } from './problems.ts';

/** An upload this old counts as abandoned; nothing tells which process started it. */
const ABANDONED_AFTER: Millis = DAY;
const REQUEST = { kind: 'read', checksums: false, conditional: false } as const;

/**
 * Unfinished multipart uploads below a prefix ('' or `a/b/`): parts that a killed process left in the bucket and nobody
 * can read. Warns when the store does not list them.
 */
export async function unfinishedUploads(
  { ask, s3, name: Bucket, retryPolicy }: Bucket,
  prefix: string,
  now: Millis,
): Promise<readonly UnfinishedFile[]> {
  const found: UnfinishedFile[] = [];
  try {
    let from: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
    while (from !== undefined) {
      const page = { Bucket, Prefix: prefix, ...from };
      const answer: ListMultipartUploadsOutput = await ask(() => s3.listMultipartUploads(page));
      for (const { Key = '', UploadId, Initiated } of answer.Uploads ?? [])
        found.push({
          name: Key.slice(prefix.length),
          isAbandoned: Initiated !== undefined && now - Initiated.getTime() > ABANDONED_AFTER,
          remove: () => abort(Key, UploadId),
        });
      const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = answer;
      from =
        IsTruncated && NextKeyMarker !== undefined
          ? { KeyMarker: NextKeyMarker, ...(NextUploadIdMarker && { UploadIdMarker: NextUploadIdMarker }) }
          : undefined;
    }
  } catch (error) {
    const { message } = s3Error(error, `the unfinished uploads of s3://${Bucket}/${prefix}`, REQUEST);
    retryPolicy.warn(
      `${message}; unfinished uploads of killed processes stay there (the permission is s3:ListBucketMultipartUploads)`,
    );
  }
  return found;

  async function abort(Key: string, UploadId: string | undefined): Promise<void> {
    try {
      await ask(() => s3.abortMultipartUpload({ Bucket, Key, UploadId }));
    } catch (error) {
      throw s3Error(error, `s3://${Bucket}/${Key}`, { ...REQUEST, kind: 'remove' });
    }
  }
}
