import type { ListMultipartUploadsOutput } from '@aws-sdk/client-s3';
import { DAY, type Millis } from '../../../../core/util/time.ts';
import type { UnfinishedFile } from '../store.ts';
import type { Bucket } from './bucket.ts';
import { s3Error } from './problems.ts';

/** An upload that was begun so long ago counts as left behind; nothing tells which process began it. */
const LEFT_AFTER: Millis = DAY;
const LOOK = { kind: 'read', checksums: false, conditional: false } as const;

/**
 * Uploads in parts below a prefix ('' or `a/b/`) that were begun and not ended: a killed process leaves its parts, which
 * nobody can read, in the bucket. A store that does not list them is a warning.
 */
export async function unfinishedUploads(
  { ask, s3, name: Bucket, retryPolicy: patience }: Bucket,
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
          isAbandoned: Initiated !== undefined && now - Initiated.getTime() > LEFT_AFTER,
          remove: () => takeBack(Key, UploadId),
        });
      const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = answer;
      from =
        IsTruncated && NextKeyMarker !== undefined
          ? { KeyMarker: NextKeyMarker, ...(NextUploadIdMarker && { UploadIdMarker: NextUploadIdMarker }) }
          : undefined;
    }
  } catch (error) {
    const { message } = s3Error(error, `the unfinished uploads of s3://${Bucket}/${prefix}`, LOOK);
    patience.warn(
      `${message}; parts of files that a killed process did not finish stay there (s3:ListBucketMultipartUploads lists them)`,
    );
  }
  return found;

  async function takeBack(Key: string, UploadId: string | undefined): Promise<void> {
    try {
      await ask(() => s3.abortMultipartUpload({ Bucket, Key, UploadId }));
    } catch (error) {
      throw s3Error(error, `s3://${Bucket}/${Key}`, { ...LOOK, kind: 'remove' });
    }
  }
}
