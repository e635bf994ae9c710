import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandbox } from '../e2e/cli.ts';
import { blocksOf } from '../pages.ts';
import { SECRETS } from './minio/bucket.ts';
import { type Minio, startMinio } from './minio/server.ts';
import { startMongo } from './mongo/server.ts';
import { FILLING, runLines } from './page-lines.ts';

const { path } = sandbox();
let minio: Minio;
beforeAll(async () => {
  minio = await startMinio();
});
afterAll(() => minio?.close());

test('the examples for a bucket in the docs run in order, exit 0, and write rows to files', async () => {
  const script = blocksOf('s3').replaceAll('http://127.0.0.1:9000', minio.endpoint);
  expect(script.match(/^cryptopipe /gm)!.length).toBeGreaterThan(3);
  const { code, output } = await runLines(path, FILLING + script, SECRETS);
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  const summaries = output
    .split('\n')
    .filter((line) => line.startsWith('{"stages":[{"stage":"sink s3'))
    .map((line) => JSON.parse(line));
  expect(summaries).toHaveLength(script.match(/^cryptopipe sink s3 /gm)!.length);
  for (const { out, files, rejected } of summaries) {
    expect(Math.min(out, files)).toBeGreaterThan(0);
    expect(rejected).toBe(0);
  }
});

test('the examples for MongoDB in the docs run in order, and each exits 0', async () => {
  const server = await startMongo();
  try {
    const script = blocksOf('mongo').replaceAll('mongodb://127.0.0.1:27017', server.url);
    const { code, output } = await runLines(path, FILLING + script);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    const summaries = output
      .split('\n')
      .filter((line) => line.startsWith('{"stages":[{"stage":"sink mongo'))
      .map((line) => JSON.parse(line));
    expect(summaries.map(({ rejected }) => rejected)).toEqual([0, 0, 0]);
    for (const { out } of summaries) expect(out).toBeGreaterThan(0);
  } finally {
    await server.close();
  }
});
