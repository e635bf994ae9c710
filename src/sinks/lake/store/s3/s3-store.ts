import type { ListObjectsV2Output } from '@aws-sdk/client-s3';
import { retry } from '../../../../core/util/retry.ts';
import { type StoredFile, sizeOf, type TableStore } from '../store.ts';
import type { Bucket } from './bucket.ts';
import { errorDetails, isMissing, isPreconditionFailed, TruncatedBody } from './errors.ts';
import { concat, putParts, type Upload } from './multipart.ts';
import { s3Error } from './problems.ts';
import { unfinishedUploads } from './unfinished.ts';
import type { S3Request } from './unsupported.ts';

/** Larger files are uploaded in parts of this size. */
const PART_BYTES = 8 * 2 ** 20;

/** Longest key, in bytes of UTF-8. */
const LONGEST_KEY = 1024;

/** The upload must restart: of a concurrent write, or because the server no longer knows it. */
const RESTART_CODES = new Set(['ConditionalRequestConflict', 'NoSuchUpload']);
const restartReason = (error: unknown): string | undefined => {
  const { code } = errorDetails(error);
  return RESTART_CODES.has(code) ? code : undefined;
};

/**
 * A store below a prefix ('' or `a/b`) of a bucket. `partBytes`: servers accept at least 5 MB. A killed process may leave
 * an unfinished upload, which no reader sees.
 */
export function s3Store(bucket: Bucket, prefix: string, partBytes = PART_BYTES): TableStore {
  const { s3, ask, name: Bucket, retryPolicy, checksums } = bucket;
  const root = prefix === '' ? '' : `${prefix}/`;
  const url = `s3://${Bucket}/${prefix}`;
  const list: S3Request = { kind: 'list', checksums: false, conditional: false };
  const read: S3Request = { kind: 'read', checksums, conditional: false };
  const write: S3Request = { kind: 'write', checksums, conditional: false };

  async function at<T>(request: S3Request, path: string, use: (Key: string) => Promise<T>): Promise<T> {
    try {
      return await use(root + path);
    } catch (error) {
      throw s3Error(error, `s3://${Bucket}/${root}${path}`, request);
    }
  }

  /** Files whose keys start with `within`, sorted by key; their names omit it. */
  async function* pages(within: string, choice: { Delimiter?: string; StartAfter?: string }) {
    let more: { ContinuationToken?: string } | undefined = {};
    while (more) {
      const page = { Bucket, Prefix: within, ...choice, ...more };
      const found: ListObjectsV2Output = await ask(() => s3.listObjectsV2(page));
      const { Contents = [], NextContinuationToken } = found;
      yield Contents.filter(({ Key = '' }) => Key !== within && !Key.endsWith('/')).map(
        ({ Key = '', Size = 0, LastModified, ETag }): StoredFile => ({
          name: Key.slice(within.length),
          size: Size,
          modified: LastModified?.getTime() ?? 0,
          tag: ETag ?? `${LastModified?.getTime()}-${Size}`,
        }),
      );
      more = NextContinuationToken === undefined ? undefined : { ContinuationToken: NextContinuationToken };
    }
  }

  async function put(upload: Upload, chunks: readonly Uint8Array[]): Promise<void> {
    await retry(url, retryPolicy, restartReason, async () => {
      if (sizeOf(chunks) > partBytes) return putParts(bucket, upload, chunks, partBytes);
      const Body = concat(chunks);
      await ask(() => s3.putObject({ ...upload, Body }));
    });
  }

  return {
    url,
    maxPathBytes: LONGEST_KEY - Buffer.byteLength(root),
    list: (folder, after) =>
      at(list, `${folder}/`, async (within) => {
        const found: StoredFile[] = [];
        const start = after === undefined ? {} : { StartAfter: within + after };
        for await (const files of pages(within, { Delimiter: '/', ...start })) found.push(...files);
        return found;
      }),
    async *walk() {
      try {
        for await (const files of pages(root, {})) yield* files;
      } catch (error) {
        throw s3Error(error, url, list);
      }
    },
    // Unfinished uploads are invisible, so a sink need not list them at its start, nor have the permission.
    unfinished: async (now, recursive) => (recursive ? unfinishedUploads(bucket, root, now) : []),
    get: (path) =>
      at(read, path, (Key) =>
        ask(async () => {
          const { Body, ContentLength } = await s3.getObject({ Bucket, Key });
          const bytes = await Body!.transformToByteArray();
          if (ContentLength !== undefined && bytes.length !== ContentLength)
            throw new TruncatedBody(`received ${bytes.length} of ${ContentLength} bytes`);
          return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
        }).catch(absent),
      ),
    size: (path) =>
      at(read, path, async (Key) => {
        const head = await ask(() => s3.headObject({ Bucket, Key })).catch(absent);
        return head && (head.ContentLength ?? 0);
      }),
    put: (path, chunks) => at(write, path, (Key) => put({ Bucket, Key }, chunks)),
    putIfAbsent: (path, chunks) =>
      at({ ...write, conditional: true }, path, async (Key) => {
        try {
          await put({ Bucket, Key, IfNoneMatch: '*' }, chunks);
          return true;
        } catch (error) {
          if (isPreconditionFailed(error)) return false;
          throw error;
        }
      }),
    remove: (path) =>
      at(
        { ...list, kind: 'remove' },
        path,
        async (Key) => void (await ask(() => s3.deleteObject({ Bucket, Key })).catch(absent)),
      ),
  };
}

function absent(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
