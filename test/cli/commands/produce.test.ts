import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startXStub } from '../../stubs/x.ts';
import { setUp } from '../stage-commands.ts';

const CANDLES =
  'timestamp,open,high,low,close,volume\n2026-03-02T10:00:00Z,1,4,0.5,2,9\n2026-03-02T10:01:00Z,2,3,1,1.5,9\n';

test('produce turns each candle of a file into four prices; without --once stdout stays empty', async () => {
  const { run, folder, values } = await setUp();
  const file = join(folder, 'btc.csv');
  await writeFile(file, CANDLES);
  const produce = `produce prices --source file --file ${file} --base btc --quote usdt`;
  expect(await run(produce)).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('8 records written'),
  });
  expect(await values('prices-file')).toHaveLength(8);
  const again = await run(`${produce} --once`);
  expect(JSON.parse(again.out)).toMatchObject({ out: 0, rejected: 0 });
});

test('produce --topic writes to another topic', async () => {
  const { run, folder, values } = await setUp();
  const file = join(folder, 'btc.csv');
  await writeFile(file, CANDLES);
  await run(`produce prices --source file --file ${file} --base btc --quote usdt --topic mine`);
  expect(await values('mine')).toHaveLength(8);
});

test.each([
  ['produce tweets', 'skipping source x: it has no keys; set X_BEARER_TOKEN'],
  ['produce --source smaple', "--source: no source 'smaple'; did you mean sample?"],
  ['produce price --source sample', "no kind 'price'; did you mean prices?"],
  ['produce --source sample --base btc', '--base has no effect here; it is a flag of source file'],
  ['produce --source sample --topic a/b', "'a/b' is not a topic name"],
  ['produce prices --source file', '--file'],
  [
    'produce --coin eth --dry-run',
    '--dry-run: sources without a dry run would really be read (coinmarketcap, wallex); write --source x',
  ],
])('%s exits 2', async (line, text) => {
  const { run } = await setUp();
  const { code, err, out } = await run(line);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(text);
});

test('invalid flags and missing files are reported together', async () => {
  const { run } = await setUp();
  const { code, err } = await run(
    'produce prices --source file --file nope.csv --base btc --interval 5x --file-format cvs',
  );
  expect(code).toBe(2);
  for (const text of [
    '--interval',
    '--file-format',
    '--file nope.csv: there is no such file',
    'Add --quote usdt',
  ])
    expect(err).toContain(text);
  const xComplaints = await run('produce tweets --source x --rules-file nope.txt --max-posts -1');
  expect(xComplaints.code).toBe(2);
  for (const text of ['--max-posts', '--rules-file nope.txt: there is no such file'])
    expect(xComplaints.err).toContain(text);
});

test('a file whose records are all rejected is a warning that says where to look', async () => {
  const { run, folder } = await setUp();
  const file = join(folder, 'posts.jsonl');
  await writeFile(file, CANDLES);
  const { code, err } = await run(`produce tweets --source file --file ${file} --quiet`);
  expect(code).toBe(0);
  expect(err).toContain(
    'warn  produce file: every record was rejected (3); to see why, run cryptopipe topics tail rejects',
  );
  await writeFile(
    file,
    '{"data":{"id":"1","text":"x","created_at":"2026-03-02T10:00:00Z","author_id":"2"}}\n',
  );
  expect((await run(`produce tweets --source file --file ${file}`)).err).toContain(
    '1 record written, 0 rejected',
  );
});

test('a negative span is reported as invalid, not as an unknown flag', async () => {
  const { run } = await setUp();
  expect((await run('process --lateness -5s')).err).toContain("--lateness: '-5s' is not a span");
});

test('a dry run prints its plan and counts nothing', async () => {
  const { run } = await setUp();
  const stub = await startXStub();
  try {
    const line = `produce tweets --source x --coin btc --dry-run --x-url ${stub.url}`;
    const { code, out, err } = await run(line, { env: { X_BEARER_TOKEN: 'stub' } });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('btc');
  } finally {
    await stub.close();
  }
});

test('a misspelled source is not also reported as missing', async () => {
  const { run } = await setUp();
  expect((await run('produce --source smaple')).err).not.toContain('missing');
});
