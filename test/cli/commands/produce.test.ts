import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startXStub } from '../../stubs/x.ts';
import { setUp } from '../stage-commands.ts';

const CANDLES =
  'timestamp,open,high,low,close,volume\n2026-03-02T10:00:00Z,1,4,0.5,2,9\n2026-03-02T10:01:00Z,2,3,1,1.5,9\n';

test('produce writes each candle of a file as a bar; without --once stdout stays empty', async () => {
  const { run, folder, values } = await setUp();
  const file = join(folder, 'btc.csv');
  await writeFile(file, CANDLES);
  const produce = `produce prices --source file --file ${file} --base btc --quote usdt`;
  expect(await run(produce)).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('2 records read, 2 written'),
  });
  expect(await values('bars-file')).toHaveLength(2);
  const again = await run(`${produce} --once`);
  expect(JSON.parse(again.out)).toMatchObject({ out: 0, rejected: 0 });
});

test('produce --topic writes to another topic', async () => {
  const { run, folder, values } = await setUp();
  const file = join(folder, 'btc.csv');
  await writeFile(file, CANDLES);
  await run(`produce prices --source file --file ${file} --base btc --quote usdt --topic mine`);
  expect(await values('mine')).toHaveLength(2);
});

test('--file alone means --source file, whatever the environment says', async () => {
  const { run, folder, values } = await setUp();
  const file = join(folder, 'btc.csv');
  await writeFile(file, CANDLES);
  const env = { CRYPTOPIPE_SOURCE: 'sample' };
  const { code } = await run(`produce prices --file ${file} --base btc --quote usdt --once`, { env });
  expect(code).toBe(0);
  expect(await values('bars-file')).toHaveLength(2);
});

test.each([
  [
    'produce prices --file a.csv --base btc --base eth --quote usdt',
    "--base is given twice, with 'btc' and 'eth', but takes one value; keep one of them",
  ],
  ['produce --source sample --file a.csv', '--file has no effect here; it is a flag of source file'],
  ['produce tweets --source x', 'cannot read source x: no key; set X_BEARER_TOKEN'],
  ['produce --source smaple', "--source: no source 'smaple'; did you mean sample?"],
  ['produce price --source sample', "no kind 'price'; did you mean prices?"],
  ['produce --source sample --base btc', '--base has no effect here; it is a flag of source file'],
  ['produce --source sample --topic a/b', "'a/b' is not a topic name"],
  ['produce prices --source file', '--file'],
  [
    'produce prices --since 2024-01-01',
    '--since: would read the history of binance, coinbase, kraken; name one with --source, such as --source binance',
  ],
  [
    'produce --coin eth --dry-run',
    '--dry-run: sources without a dry run would really be read (bluesky, nostr, coinmarketcap, binance, coinbase, kraken); write --source x',
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
  for (const text of ['--interval', '--file-format', '--file nope.csv: there is no such file'])
    expect(err).toContain(text);
  const xComplaints = await run('produce tweets --source x --rules-file nope.txt --max-posts -1');
  expect(xComplaints.code).toBe(2);
  for (const text of ['--max-posts', '--rules-file nope.txt: there is no such file'])
    expect(xComplaints.err).toContain(text);
});

test('a file whose lines are all rejected is a warning with the reasons, and exit 1', async () => {
  const { run, folder } = await setUp();
  const file = join(folder, 'posts.jsonl');
  await writeFile(file, '{"a":\n{"a":2,}\n{"a":3,}\n');
  const { code, err } = await run(`produce tweets --source file --file ${file} --quiet`);
  expect(code).toBe(1);
  expect(err).toMatch(
    /warn {2}produce file: 3 of 3 lines rejected: 2 not JSON: [^;]+; 1 not JSON: [^;]+; to see them, run cryptopipe topics tail rejects/,
  );
  expect(err).toContain('produce file: 3 of 3 lines rejected, more than --max-rejects allows (50%)');
  await writeFile(
    file,
    '{"data":{"id":"1","text":"x","created_at":"2026-03-02T10:00:00Z","author_id":"2"}}\n',
  );
  expect((await run(`produce tweets --source file --file ${file}`)).err).toContain(
    '1 record read, 1 written',
  );
});

test('--max-rejects sets the share of lines that may be rejected; the others are written in any case', async () => {
  const { run, folder, values } = await setUp();
  const file = join(folder, 'btc.csv');
  await writeFile(file, 'time,price\n2026-03-02T10:00:00Z,1\nnever,1\n2026-03-02T10:01:00Z,1\n');
  const line = `produce prices --file ${file} --base btc --quote usdt --once --from-start`;
  const warned = (err: string) => err.includes('to see them, run cryptopipe topics tail rejects');
  for (const [share, code] of [
    ['100%', 0],
    ['40%', 0],
    ['0.3', 1],
    ['0', 1],
  ] as const) {
    const ran = await run(`${line} --max-rejects ${share}`);
    expect([share, ran.code, warned(ran.err)]).toEqual([share, code, false]);
    expect(JSON.parse(ran.out)).toMatchObject({ out: 2, rejected: 1 });
  }
  expect(await values('prices-file')).toHaveLength(8);
  expect((await run(`${line} --max-rejects 50`)).err).toContain(
    "--max-rejects: '50' is not a share from 0% to 100%; write 50% or 0.5",
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

test.each([
  ['--max-ahead', ' --max-ahead 36500d', {}],
  ["the run's clock", '', { CRYPTOPIPE_TEST_CLOCK: '3 0' }],
])('prices of a later time are inspected by %s, as they are read', async (_, flags, env) => {
  const { run, folder, values } = await setUp();
  const file = join(folder, 'later.csv');
  await writeFile(file, 'time,price\n2100-01-01T00:00:00Z,1\n2100-01-01T00:01:00Z,2\n');
  const line = `produce prices --source file --file ${file} --base btc --quote usdt`;
  expect((await run(line)).err).toContain('too far ahead of the clock');
  expect((await run(`${line}${flags}`, { env })).code).toBe(0);
  expect(await values('prices-file')).toHaveLength(2);
});
