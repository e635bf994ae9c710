import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBucket } from '../../src/sinks/lake/store/s3/bucket.ts';
import { requireConditionalWrites } from '../../src/sinks/lake/store/s3/conditional-writes.ts';
import { s3Store } from '../../src/sinks/lake/store/s3/s3-store.ts';
import type { TableStore } from '../../src/sinks/lake/store/store.ts';
import { openTestBucket, s3Context, s3Settings } from './minio/bucket.ts';
import { type Minio, startMinio } from './minio/server.ts';

const MB = 2 ** 20;
const text = (value: string) => [Buffer.from(value)];

let minio: Minio;
let count = 0;
beforeAll(async () => {
  minio = await startMinio();
});
afterAll(() => minio?.close());

/** A separate prefix for each test. */
async function store(given = {}): Promise<TableStore> {
  return s3Store(await openTestBucket('s3://lake', minio.endpoint, given), `place-${++count}`);
}

describe('a bucket of MinIO as a store', () => {
  test('a bucket contains the files that were put, and no others', async () => {
    const lake = await store();
    await lake.put('coin=a%2Fb/date=ü 🚀/a+b.parquet', [...text('ab'), ...text('cd')]);
    expect(String(await lake.get('coin=a%2Fb/date=ü 🚀/a+b.parquet'))).toBe('abcd');
    expect(await lake.size('coin=a%2Fb/date=ü 🚀/a+b.parquet')).toBe(4);
    expect([await lake.get('other'), await lake.size('other'), await lake.list('other')]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    await lake.put('empty', []);
    expect(await lake.get('empty')).toEqual(Buffer.alloc(0));
    await lake.remove('empty');
    await lake.remove('empty');
    expect(await lake.size('empty')).toBeUndefined();
    for await (const { name, size, modified } of lake.walk()) {
      expect([name, size]).toEqual(['coin=a%2Fb/date=ü 🚀/a+b.parquet', 4]);
      expect(Math.abs(modified - Date.now())).toBeLessThan(60_000);
    }
  });

  test('put replaces a file, putIfAbsent does not; of twenty concurrent writers one wins', async () => {
    const lake = await store();
    await lake.put('a', text('1'));
    await lake.put('a', text('2'));
    expect(await lake.putIfAbsent('a', text('3'))).toBe(false);
    expect(String(await lake.get('a'))).toBe('2');
    const won = await Promise.all(
      Array.from({ length: 20 }, (_, i) => lake.putIfAbsent('log/0', text(String(i)))),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(String(await lake.get('log/0'))).toBe(String(won.indexOf(true)));
  });

  test('a folder is listed by name over several pages, after a given name, without subfolders', async () => {
    const lake = await store();
    const names = Array.from({ length: 1203 }, (_, i) => `${String(i).padStart(5, '0')}.json`);
    for (let i = 0; i < names.length; i += 50)
      await Promise.all(names.slice(i, i + 50).map((name) => lake.put(`log/${name}`, text('x'))));
    await lake.put('log/deeper/x', text('x'));
    await lake.put('log-other', text('x'));
    expect((await lake.list('log')).map(({ name }) => name)).toEqual(names);
    expect((await lake.list('log', '01199.json')).map(({ name }) => name)).toEqual(names.slice(1200));
    let walked = 0;
    for await (const _ of lake.walk()) walked++;
    expect(walked).toBe(names.length + 2);
  });

  test.each(['when_supported', 'when_required'] as const)(
    'takes a large file in parts, once if it is to be absent; sums %s',
    async (s3Checksum) => {
      const lake = await store({ s3Checksum });
      const chunks = [randomBytes(3 * MB), randomBytes(10 * MB), randomBytes(4 * MB + 1)];
      expect(await lake.putIfAbsent('large', chunks)).toBe(true);
      expect((await lake.get('large'))!.equals(Buffer.concat(chunks))).toBe(true);
      expect(await lake.putIfAbsent('large', [randomBytes(9 * MB)])).toBe(false);
      expect(await lake.size('large')).toBe(17 * MB + 1);
      await lake.put('large', [randomBytes(9 * MB)]);
      expect(await lake.size('large')).toBe(9 * MB);
      const { s3 } = await openTestBucket('s3://lake', minio.endpoint);
      expect((await s3.listMultipartUploads({ Bucket: 'lake' })).Uploads ?? []).toEqual([]);
    },
  );

  test('putIfAbsent refuses an existing file of several megabytes every time', async () => {
    const lake = await store();
    const body = [randomBytes(7 * MB)];
    expect(await lake.putIfAbsent('a', body)).toBe(true);
    for (let i = 0; i < 10; i++) expect(await lake.putIfAbsent('a', body)).toBe(false);
  });

  test('the first start and later ones find that MinIO supports conditional writes', async () => {
    const [fresh, tried] = [await store(), await store()];
    const probe = '_cryptopipe/conditional-writes';
    await tried.put(probe, text('tried before'));
    await Promise.all([fresh, tried].map(requireConditionalWrites));
    expect(String(await fresh.get(probe))).toContain('Kept by cryptopipe');
    expect(String(await tried.get(probe))).toBe('tried before');
  });
});

describe('an error names its cause and a hint', () => {
  const open = (given = {}, secrets?: Record<string, string>, url = 's3://lake') =>
    openBucket(s3Settings(url, minio.endpoint, given), s3Context(secrets));
  const keys = (id: string, key: string, more = {}) => ({
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: key,
    ...more,
  });

  test('a missing bucket is an error with a hint', async () => {
    await expect(open({ createBucket: false }, undefined, 's3://nowhere')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no such bucket'),
      hint: expect.stringContaining('--create-bucket'),
    });
  });
  test('an unknown access key, and a wrong secret key, are errors that do not quote it', async () => {
    await expect(open({}, keys('nobody', 'minioadmin'))).rejects.toMatchObject({
      message: expect.stringContaining('does not know the access key'),
    });
    const wrong = open({}, keys('minioadmin', 'wrong-secret'));
    await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining('does not match') });
    await expect(wrong).rejects.not.toMatchObject({ message: expect.stringContaining('wrong-secret') });
  });
  test("the keys may have MinIO's variable names", async () => {
    const lake = s3Store(
      await open({}, { MINIO_ACC_KEY: 'minioadmin', MINIO_SEC_KEY: 'minioadmin' }),
      'keys',
    );
    await lake.put('a', text('1'));
    expect(String(await lake.get('a'))).toBe('1');
  });
  test('a wrong clock is an error with a hint', async () => {
    const bucket = await open();
    bucket.s3.config.systemClockOffset = -3_600_000;
    await expect(s3Store(bucket, 'clock').put('a', text('1'))).rejects.toMatchObject({
      message: expect.stringContaining('clock'),
    });
  });
});

test('a killed server is retried until it is back', async () => {
  const lake = await store();
  await lake.put('a', text('1'));
  await minio.kill();
  const [put, got] = [lake.put('b', text('2')), lake.get('a')];
  await minio.start();
  await put;
  expect([String(await got), String(await lake.get('b'))]).toEqual(['1', '2']);
});
