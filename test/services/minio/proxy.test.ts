import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Bucket } from '../../../src/sinks/lake/store/s3/bucket.ts';
import { type Shared, shared } from '../shared/shared.ts';
import { openTestBucket } from './bucket.ts';
import { type Fault, operationOf, type S3Proxy, startS3Proxy } from './proxy.ts';

let minio: Shared['minio'];
let proxy: S3Proxy;
let through: Bucket;
let past: Bucket;
beforeAll(async () => {
  minio = await shared('minio');
  proxy = await startS3Proxy(minio.endpoint);
  through = await openTestBucket('s3://proxy', proxy.endpoint);
  past = await openTestBucket('s3://proxy', minio.endpoint);
});
afterAll(async () => {
  await proxy?.close();
});
beforeEach(() => proxy.calm());

const place = { Bucket: 'proxy' };
const put = (Key: string) => through.s3.putObject({ ...place, Key, Body: 'one two three' });
const there = (Key: string) =>
  past.s3.headObject({ ...place, Key }).then(
    ({ ContentLength }) => ContentLength,
    () => undefined,
  );

test.each<[Fault, object, number | undefined]>([
  ['429', { $metadata: { httpStatusCode: 429 } }, undefined],
  ['503', { name: 'SlowDown' }, undefined],
  ['reset before', { code: 'ECONNRESET' }, undefined],
  ['reset after', { code: 'ECONNRESET' }, 13],
  ['cut in the body', { code: 'ECONNRESET' }, undefined],
])('fault %s: the result for the client, and on the server', async (fault, seen, size) => {
  const key = `${fault}.parquet`.replaceAll(' ', '-');
  proxy.inject('put data', fault);
  await expect(put(key)).rejects.toMatchObject(seen);
  expect(await there(key)).toBe(size);
  await put(key);
  expect([proxy.injected, await there(key)]).toEqual([1, 13]);
});

test('slow responses arrive; the body of a response can be cut', async () => {
  proxy.inject('put data', 'slow');
  await put('slow.parquet');
  proxy.inject('get', 'cut in the body', { skip: 1 });
  const get = async () => {
    const { Body } = await through.s3.getObject({ ...place, Key: 'slow.parquet' });
    return Body!.transformToString();
  };
  expect(await get()).toBe('one two three');
  await expect(get()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(proxy.injected).toBe(2);
});

test.each([
  ['PUT', '/b/t/prices/coin=btc/prices-0-0-9.parquet?x-id=PutObject', 'put data'],
  ['PUT', '/b/t/_delta_log/00000000000000000007.json?x-id=PutObject', 'put log entry'],
  ['PUT', '/b/t/x.parquet?partNumber=2&uploadId=u&x-id=UploadPart', 'part'],
  ['POST', '/b/t/x.parquet?uploads', 'create multipart'],
  ['POST', '/b/t/x.parquet?uploadId=u', 'complete'],
  ['DELETE', '/b/t/x.parquet?uploadId=u&x-id=AbortMultipartUpload', 'abort'],
  ['GET', '/b/?list-type=2&prefix=t', 'list'],
  ['GET', '/b/t/_delta_log/00000000000000000007.json?x-id=GetObject', 'get'],
  ['HEAD', '/b/t/x.parquet', 'other'],
])('%s %s is classified as: %s', (method, url, operation) => {
  expect(operationOf(method, url)).toBe(operation);
});
