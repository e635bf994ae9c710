import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startXStub } from '../../stubs/x.ts';
import { scene } from '../stage-commands.ts';

const CANDLES =
  'timestamp,open,high,low,close,volume\n2026-03-02T10:00:00Z,1,4,0.5,2,9\n2026-03-02T10:01:00Z,2,3,1,1.5,9\n';

test('a file of candles becomes four prices a row; without --once stdout stays empty', async () => {
  const { run, folder, values } = await scene();
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

test('--topic writes elsewhere', async () => {
  const { run, folder, values } = await scene();
  const file = join(folder, 'btc.csv');
  await writeFile(file, CANDLES);
  await run(`produce prices --source file --file ${file} --base btc --quote usdt --topic mine`);
  expect(await values('mine')).toHaveLength(8);
});

test.each([
  ['produce tweets', 'source x is left out: it has no key; set X_BEARER_TOKEN'],
  ['produce --source smaple', "--source: no source 'smaple'; did you mean sample?"],
  ['produce price --source sample', "no kind 'price'; did you mean prices?"],
  ['produce --source sample --base btc', '--base has no effect here; it belongs to source file'],
  ['produce --source sample --topic a/b', "'a/b' is not a topic name"],
  ['produce prices --source file', '--file'],
  [
    'produce --coin eth --dry-run',
    '--dry-run: coinmarketcap and wallex would be read for good; write --source x',
  ],
])('%s exits 2', async (line, text) => {
  const { run } = await scene();
  const { code, err, out } = await run(line);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(text);
});

test('what is wrong with flags and with the files they name is told at once', async () => {
  const { run } = await scene();
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
  const ofX = await run('produce tweets --source x --rules-file nope.txt --max-posts -1');
  expect(ofX.code).toBe(2);
  for (const text of ['--max-posts', '--rules-file nope.txt: there is no such file'])
    expect(ofX.err).toContain(text);
});

test('that all of a file was rejected is a warning that says where to look', async () => {
  const { run, folder } = await scene();
  const file = join(folder, 'posts.jsonl');
  await writeFile(file, CANDLES);
  const { code, err } = await run(`produce tweets --source file --file ${file} --quiet`);
  expect(code).toBe(0);
  expect(err).toContain(
    'warn  produce file: nothing but rejects, 3; see why with cryptopipe topics tail rejects',
  );
  await writeFile(
    file,
    '{"data":{"id":"1","text":"x","created_at":"2026-03-02T10:00:00Z","author_id":"2"}}\n',
  );
  expect((await run(`produce tweets --source file --file ${file}`)).err).toContain(
    '1 record written, 0 rejected',
  );
});

test('a span below zero is told as one', async () => {
  const { run } = await scene();
  expect((await run('process --lateness -5s')).err).toContain("--lateness: '-5s' is not a span");
});

test('a dry run prints its plan and counts nothing', async () => {
  const { run } = await scene();
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

test('a mistyped source is not missing as well', async () => {
  const { run } = await scene();
  expect((await run('produce --source smaple')).err).not.toContain('missing');
});
