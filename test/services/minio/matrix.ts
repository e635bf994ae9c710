import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Log } from '../../../src/log/log.ts';
import { openTestBucket } from './bucket.ts';
import { FAULTS, type Operation, type S3Proxy, startS3Proxy } from './proxy.ts';
import { allOnce, markedPrices, readTable, sinkOnce } from './s3-sink.ts';

const PLAIN = { retentionMs: undefined, compacted: false } as const;
const SMALL_ROWS = 30;
/** Enough rows for a file of more than 8 MB. */
const LARGE_ROWS = 900;
const LARGE_BYTES = 8000;

const cases = (operations: readonly Operation[]) =>
  operations.flatMap((operation) => FAULTS.map((fault) => [operation, fault] as const));

/** Tests `sink s3` with each fault at each operation, twice in a row, over the topics of a log into a MinIO. */
export function faultMatrix(log: () => Log, open: () => Promise<{ readonly endpoint: string }>): void {
  let minio: { readonly endpoint: string };
  let proxy: S3Proxy;
  let count = 0;
  beforeAll(async () => {
    minio = await open();
    proxy = await startS3Proxy(minio.endpoint);
  });
  afterAll(() => proxy?.close());
  beforeEach(() => proxy.calm());

  describe('a small existing table', () => {
    test.each(cases(['put data', 'put log entry', 'list', 'get']))('%s: %s', async (operation, fault) => {
      const name = `small-${count++}`;
      await log().createTopic(name, { partitions: 3, ...PLAIN });
      await log().append(markedPrices(name, 0, SMALL_ROWS));
      await sinkOnce(log(), name, name, minio.endpoint);
      await log().append(markedPrices(name, SMALL_ROWS, SMALL_ROWS));
      // The first list checks the bucket, the first get the checkpoint; the fault is for the log.
      const skip = operation === 'list' || operation === 'get' ? 1 : 0;
      proxy.inject(operation, fault, { skip, times: 2 });
      await sinkOnce(log(), name, name, proxy.endpoint);
      const once = fault === 'slow' && (operation === 'put log entry' || operation === 'get');
      expect(proxy.injected).toBe(once ? 1 : 2);
      expect(await readTable(name, minio.endpoint)).toEqual(allOnce(2 * SMALL_ROWS));
    });
  });

  describe('a multipart upload', () => {
    beforeAll(async () => {
      await log().createTopic('large', { partitions: 1, ...PLAIN });
      const text = () => randomBytes(LARGE_BYTES).toString('base64');
      for (let first = 0; first < LARGE_ROWS; first += 50)
        await log().append(markedPrices('large', first, 50, text));
    });

    test.each(cases(['create multipart', 'part', 'complete']))('%s: %s', async (operation, fault) => {
      const name = `large-${count++}`;
      proxy.inject(operation, fault, { times: 2 });
      await sinkOnce(log(), 'large', name, proxy.endpoint);
      expect(proxy.injected).toBe(fault === 'slow' && operation !== 'part' ? 1 : 2);
      expect(await readTable(name, minio.endpoint)).toEqual(allOnce(LARGE_ROWS));
    });
  });

  test('no unfinished upload is left, except those whose start was never acknowledged', async () => {
    const { s3 } = await openTestBucket('s3://faults', minio.endpoint);
    const { Uploads = [] } = await s3.listMultipartUploads({ Bucket: 'faults' });
    expect(Uploads.length).toBeLessThanOrEqual(4);
    for (const { Key, UploadId } of Uploads)
      expect((await s3.listParts({ Bucket: 'faults', Key, UploadId })).Parts ?? []).toEqual([]);
  });
}
