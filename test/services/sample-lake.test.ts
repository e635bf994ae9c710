import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { sandbox, succeed } from '../e2e/cli.ts';
import { SECRETS } from './minio/bucket.ts';
import { here } from './python.ts';
import { shared } from './shared/shared.ts';

const { path, run } = sandbox();
const LAKE = '.cryptopipe/sample/lake';

interface Hour {
  readonly sentiment: number;
}

const hours = (text: string): readonly Hour[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Hour);

beforeAll(async () => {
  await shared('minio');
  await shared('python');
});

test('pandas finds the values of the lake in its exports: CSV, JSON lines and Parquet', async () => {
  await succeed(run(['run', '--sample', '--quiet']));
  const files = [
    'candles.csv',
    'candles.jsonl',
    'candles.parquet',
    'tweets_processed.jsonl',
    'signals.parquet',
  ];
  for (const file of files) {
    const [table, format] = file.split('.') as [string, string];
    await succeed(run(['export', table, '--dir', LAKE, '--format', format, '--out', file]));
  }
  const { program } = await shared('python');
  const args = ['-W', 'ignore', here('read_exports.py'), path(LAKE), ...files.map((file) => path(file))];
  const compared = JSON.parse(execFileSync(program, args, { encoding: 'utf8' })) as Record<
    string,
    { readonly rows: number; readonly expected: number; readonly differences: readonly unknown[] }
  >;
  for (const file of files) {
    const { rows, expected, differences } = compared[file]!;
    expect([file, rows, differences]).toEqual([file, expected, []]);
    expect(rows).toBeGreaterThan(100);
  }
});

test('the hourly question of the documentation has the same answer in a bucket as in a folder', async () => {
  await succeed(run(['run', '--sample', '--quiet']));
  const { endpoint } = await shared('minio');
  const bucket = ['--url', 's3://sample-lake/crypto', '--endpoint', endpoint];
  const bus = ['--bus', 'local:.cryptopipe/sample/bus', '--group', 'bucket'];
  await succeed(run(['sink', 's3', ...bucket, ...bus, '--create-bucket', '--once'], SECRETS));
  const page = readFileSync('docs/lake.md', 'utf8');
  const sql = /^cryptopipe query "(SELECT hour[^"]+)"/m.exec(page)![1]!;
  const inFolder = hours(await succeed(run(['query', sql, '--dir', LAKE])));
  expect(inFolder.length).toBeGreaterThan(12);
  // The last digits of a mean depend on the order in which files are read.
  const expected = inFolder.map((hour) => ({ ...hour, sentiment: expect.closeTo(hour.sentiment, 9) }));
  expect(hours(await succeed(run(['query', sql, ...bucket], SECRETS)))).toEqual(expected);
});
