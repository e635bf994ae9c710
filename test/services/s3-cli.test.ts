import { beforeAll, expect, test } from 'vitest';
import { openLocalLog } from '../../src/log/local/open.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { sandbox, succeed } from '../e2e/cli.ts';
import { SECRETS } from './minio/bucket.ts';
import { allOnce, markedPrices, readTable } from './minio/s3-sink.ts';
import { type Shared, shared } from './shared/shared.ts';

const { path, run } = sandbox();
const SINK = ['sink', 's3', '--topics', 'prices', '--bus', 'local:bus', '--once'];
const SECRET = 'not-the-secret-key';

let minio: Shared['minio'];
beforeAll(async () => {
  minio = await shared('minio');
});

async function fill(first: number, count: number): Promise<void> {
  const log = await openLocalLog(path('bus'), systemClock);
  await log.createTopic('prices', { partitions: 3, retentionMs: undefined, compacted: false });
  await log.append(markedPrices('prices', first, count));
  await log.close();
}

test('repeated runs write each record once', async () => {
  const url = ['--url', 's3://faults/cli', '--create-bucket'];
  await fill(0, 50);
  const done = JSON.parse(
    await succeed(run([...SINK, ...url], { ...SECRETS, AWS_ENDPOINT_URL_S3: minio.endpoint })),
  );
  expect(done).toMatchObject({ in: 50, out: 50 });
  await fill(50, 20);
  const { hostname, port } = new URL(minio.endpoint);
  // The variable names of the original project.
  const seeds = {
    MINIO_URL: `${hostname}:${port}`,
    MINIO_ACC_KEY: 'minioadmin',
    MINIO_SEC_KEY: 'minioadmin',
  };
  const again = await run([...SINK, ...url], seeds);
  expect(JSON.parse(again.stdout)).toMatchObject({ in: 20, out: 20 });
  expect(again.stderr).not.toContain('Warning');
  expect(await readTable('cli', minio.endpoint)).toEqual(allOnce(70));
});

test.each([
  ['no --url', [], {}, 2, '--url is missing: write s3://BUCKET/PREFIX'],
  ['no URL of a bucket', ['--url', 'http://lake'], {}, 2, 'write s3://BUCKET/PREFIX'],
  ['keys in the URL', ['--url', `s3://me:${SECRET}@lake/x`], {}, 2, 'AWS_ACCESS_KEY_ID'],
  ['half of the keys', ['--url', 's3://lake'], { AWS_ACCESS_KEY_ID: 'me' }, 2, 'AWS_SECRET_ACCESS_KEY'],
  [
    'no keys',
    ['--url', 's3://lake'],
    { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' },
    1,
    'name a profile of ~/.aws in AWS_PROFILE',
  ],
  [
    'a profile that is not there',
    ['--url', 's3://lake'],
    { AWS_PROFILE: 'absent', AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' },
    1,
    'AWS_PROFILE',
  ],
  ['no bucket', ['--url', 's3://nowhere'], SECRETS, 1, '--create-bucket'],
  [
    'a wrong secret key',
    ['--url', 's3://lake'],
    { ...SECRETS, AWS_SECRET_ACCESS_KEY: SECRET },
    1,
    'Check AWS_ACCESS_KEY_ID',
  ],
  [
    'no server',
    ['--url', 's3://lake', '--endpoint', 'http://127.0.0.1:9', '--max-wait', '1s'],
    SECRETS,
    1,
    'ECONNREFUSED',
  ],
])('%s is reported with a hint and without secrets', async (_, flags, env, code, text) => {
  await fill(0, 1);
  const ran = await run([...SINK, ...flags], { AWS_ENDPOINT_URL_S3: minio.endpoint, ...env });
  expect([ran.code, ran.stdout]).toEqual([code, '']);
  expect(ran.stderr).toContain(text);
  expect(ran.stderr).not.toContain(SECRET);
});
