import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runCommandLine } from '../../../src/cli/app.ts';
import { fakeIo } from '../fakes.ts';
import { setUp } from '../stage-commands.ts';

vi.mock('../../../src/processors/index.ts', async () => (await import('../fake-processors.ts')).module);

test('run carries a file through all processors to the lake', async () => {
  const { run, folder, values } = await setUp();
  const file = join(folder, 'btc.csv');
  await writeFile(file, 'time,price\n2026-03-02T10:00:00Z,1\n2026-03-02T10:01:00Z,2\n');
  const lake = join(folder, 'lake');
  const { code, out } = await run(
    `run prices --source file --file ${file} --base btc --quote usdt --dir ${lake} --close`,
  );
  expect(code).toBe(0);
  const stages = JSON.parse(out).stages.map(({ stage }: { stage: string }) => stage);
  expect(stages.slice(0, 3)).toEqual(['produce file', 'pass', 'count']);
  expect(stages.slice(3).every((stage: string) => stage.startsWith('sink file'))).toBe(true);
  expect(await values('prices')).toHaveLength(2);
  expect(existsSync(lake)).toBe(true);
});

test('--sink selects the sink, and the flags of that sink apply', async () => {
  const { run, folder, values } = await setUp();
  const file = join(folder, 'btc.csv');
  await writeFile(file, 'time,price\n2026-03-02T10:00:00Z,1\n');
  const line = `run prices --source file --file ${file} --base btc --quote usdt --once`;
  const { code, out } = await run(`${line} --sink console --topics prices --fields price`);
  expect([code, out]).toEqual([0, '{"price":1}\n']);
  expect(await values('prices')).toHaveLength(1);
});

test.each([
  [
    'run tweets --source x --topics tweets --dataset tweets-processed',
    'cannot read source x: no key; set X_BEARER_TOKEN',
  ],
  ['run --source sample --sink mongo --dir x', '--dir has no effect here; it is a flag of sink file'],
  ['run --source sample --sink s3 --url mongodb://127.0.0.1', '--url'],
  ['run --source sample --sink disk', "--sink: 'disk' is not one of file, s3, mongo, console"],
  ['run --sample --bus local:x', '--bus excludes --sample, which sets its own'],
  ['run --sample --dir x', '--dir excludes --sample, which sets its own'],
  ['run --sample --source file', '--source excludes --sample, which sets its own'],
  ['run --sample --file btc.csv', '--file has no effect here; it is a flag of source file'],
  ['run --sample --base btc', '--base has no effect here; it is a flag of source file'],
  [
    'run --source sample --format jsonl.gz',
    '--format jsonl.gz: a Delta table needs parquet; add --table plain',
  ],
  ['run prices --source sample --partition-by tag', 'prices cannot be partitioned by tag'],
  ['run tweets --coin btc --dry-run', '--dry-run: run would start the other stages; use cryptopipe produce'],
  [
    'run prices --source file --file x.csv --base btc --quote usdt --in prices-file=others',
    'source file writes topic prices-file, but no stage of this run reads it; remove the flag that renames it (--topic, --in), add --topics prices-file',
  ],
  ['run price --source sample', "no kind 'price'; did you mean prices?"],
])('%s exits 2', async (line, text) => {
  const { io, written } = fakeIo();
  expect(await runCommandLine(line.split(' '), io)).toBe(2);
  expect(written.err).toContain(text);
});
