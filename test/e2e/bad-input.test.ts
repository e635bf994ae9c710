import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sandbox, succeed } from './cli.ts';
import { query } from './lake.ts';

const EXTRACT = resolve('examples/data/btcusdt-1m.csv');
const MINUTES = readFileSync(EXTRACT, 'utf8').trim().split('\n').length - 1;
const IMPORT = [
  'produce',
  'prices',
  '--source',
  'file',
  '--base',
  'eth',
  '--quote',
  'usdt',
  '--once',
  '--max-rejects',
  '100%',
  '--file',
];
const NOBODY = 65_534;
const { run, start, path } = sandbox();

interface Reject {
  readonly line: number;
  readonly why: string;
}
async function values<T>(topic: string): Promise<T[]> {
  const { stdout } = await run(`topics tail ${topic} --from start --json`);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).value);
}
const summary = async (args: string | string[], input?: string | Buffer) =>
  JSON.parse(await succeed(run(args, {}, input))) as {
    in: number;
    out: number;
    rejected: number;
    stages: { dropped: Record<string, number> }[];
  };

describe('posts', () => {
  const v2 = (id: string, text: string) =>
    JSON.stringify({
      data: { id, text, created_at: '2026-09-01T10:00:00.000Z', author_id: '7', lang: 'en' },
    });
  const v1 = (id: string, text: string) =>
    `{"id":${id},"id_str":"${id}","created_at":"Tue Sep 01 10:00:05 +0000 2026","full_text":${JSON.stringify(text)},"user":{"id_str":"8","screen_name":"eve","name":"Eve","followers_count":12}}`;
  const LINES = [
    v2('1790000000000000001', 'Bitcoin to the moon'),
    '',
    v2('1790000000000000002', '#eth got rekt').slice(0, -9),
    v1('1790000000000000003', 'hodl $BTC'),
    '{"delete":{"status":{"id":1,"id_str":"1","user_id":3,"user_id_str":"3"}}}',
    '{"limit":{"track":7}}',
    '["no", "post"]',
    '{"data":{"text":"no id"}}',
    'Exceeded connection limit',
    v2('1790000000000000004', 'ethereum is bullish'),
  ];

  const land = async () => {
    await succeed(run('process select --once'));
    await succeed(run('sink file --dir lake --topics tweets-processed --once'));
    return query(path('lake', 'tweets_processed'), 'SELECT id, coin, text FROM t ORDER BY id, coin');
  };
  const ROWS = [
    { id: '1790000000000000001', coin: 'btc', text: 'Bitcoin to the moon' },
    { id: '1790000000000000003', coin: 'btc', text: 'hodl $BTC' },
    { id: '1790000000000000004', coin: 'eth', text: 'ethereum is bullish' },
  ];

  test('post ids reach the lake unchanged, and each broken line of the file is a reject with its number', async () => {
    writeFileSync(path('posts.jsonl'), `${LINES.join('\n')}\n`);
    const done = await summary('produce tweets --source file --file posts.jsonl --once');
    const dropped = Object.values(done.stages[0]!.dropped).reduce((sum, count) => sum + count, 0);
    expect(done.stages[0]!.dropped).toEqual({ 'keep-alive': 1, limit: 1 });
    expect({ out: done.out, rejected: done.rejected }).toEqual({ out: 4, rejected: 4 });
    expect(done.out + done.rejected + dropped).toBe(LINES.length);

    const rejects = await values<Reject>('rejects');
    expect(rejects.map(({ line }) => line)).toEqual([3, 7, 8, 9]);
    for (const [index, reason] of ['not JSON', 'not a JSON object', 'id', 'not JSON'].entries())
      expect(rejects[index]!.why).toContain(reason);
    expect(await land()).toEqual(ROWS);
  });

  test('posts that X deletes leave the lake, in the same run or a later one', async () => {
    const deletion = (id: string) => `{"delete":{"status":{"id_str":"${id}"}}}`;
    writeFileSync(path('posts.jsonl'), `${[...LINES, deletion('1790000000000000003')].join('\n')}\n`);
    await summary('produce tweets --source file --file posts.jsonl --once');
    expect(await land()).toEqual([ROWS[0], ROWS[2]]);
    appendFileSync(path('posts.jsonl'), `${deletion('1790000000000000001')}\n`);
    await summary('produce tweets --source file --file posts.jsonl --once');
    expect(await land()).toEqual([ROWS[2]]);
  });

  test('posts are the same from gzip and from standard input', async () => {
    const text = `${LINES.join('\n')}\n`;
    writeFileSync(path('posts.jsonl.gz'), gzipSync(text));
    expect(await summary('produce tweets --source file --file posts.jsonl.gz --once')).toMatchObject({
      out: 4,
      rejected: 4,
    });
    expect(await land()).toEqual(ROWS);
    rmSync(path('.cryptopipe'), { recursive: true });
    rmSync(path('lake'), { recursive: true });
    expect(await summary('produce tweets --source file --file - --once', text)).toMatchObject({
      out: 4,
      rejected: 4,
    });
    expect(await land()).toEqual(ROWS);
  });
});

describe('prices', () => {
  test('a CSV with wrong types and "-" prices: good rows arrive, the others are rejected with a reason', async () => {
    const rows = [
      'time,price',
      '2026-03-02T10:00:00Z,100',
      '2026-03-02T10:00:05Z,-',
      '2026-03-02T10:00:10Z,abc',
      '2026-03-02T10:00:15Z,-5',
      '2026-03-02T10:00:20Z,NaN',
      '2026-03-02T10:00:25Z,0',
      'yesterday,7',
      '2026-02-30T10:00:00Z,7',
      '2026-03-02T10:00:30Z,101,1',
      '2026-03-02T13:30:35+03:30,102',
    ];
    writeFileSync(path('ticks.csv'), `${rows.join('\n')}\n`);
    expect(await summary([...IMPORT, 'ticks.csv'])).toMatchObject({ in: 10, out: 2, rejected: 8 });
    const rejects = await values<Reject & { text: string; file: string }>('rejects');
    expect(rejects.map(({ line, text }) => [line, text])).toEqual(
      rows.flatMap((text, index) => (index >= 2 && index <= 9 ? [[index + 1, text]] : [])),
    );
    expect(rejects[0]!.why).toBe("price: '-' is not a positive number");
    expect(rejects[5]!.why).toBe("'yesterday' is not a time");
    await succeed(run('process join --once'));
    expect(
      (await values<{ time: string; price: number }>('prices')).map(({ time, price }) => [time, price]),
    ).toEqual([
      ['2026-03-02T10:00:00.000Z', 100],
      ['2026-03-02T10:00:35.000Z', 102],
    ]);
  });

  test('JSON lines with wrong types are rejected with a reason', async () => {
    const quote = { base: 'btc', quote: 'usdt', price: 5, time: 1_772_445_600 };
    const lines = [
      quote,
      { ...quote, price: '5' },
      { ...quote, price: -5 },
      { ...quote, price: '-' },
      { ...quote, base: 7 },
      { ...quote, time: undefined },
      { ...quote, time: {} },
      { ...quote, market_cap: 'much' },
      [quote],
      null,
      { ...quote, time: 1_772_445_601 },
    ];
    writeFileSync(
      path('quotes.jsonl'),
      `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"base":\n`,
    );
    const line = 'produce prices --source file --file quotes.jsonl --max-rejects 100% --once';
    expect(await summary(line)).toMatchObject({
      out: 3,
      rejected: 9,
    });
    expect((await values<Reject>('rejects')).map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 12]);
  });

  test('prices that a processor cannot read are rejected, and the others are processed', async () => {
    const quote = (price: unknown) =>
      JSON.stringify({ base: 'btc', quote: 'usdt', price, time: 1_772_445_600 });
    // Posts where prices belong.
    writeFileSync(path('posts.jsonl'), '{"data":{"id":"1","text":"x"}}\n');
    await succeed(run('produce tweets --source file --file posts.jsonl --topic prices-file'));
    writeFileSync(path('quotes.jsonl'), `${quote(1)}\n`);
    await succeed(run('produce prices --source file --file quotes.jsonl'));
    expect(await summary('process join --once')).toMatchObject({ in: 2, out: 1, rejected: 1 });
    const [reject] = await values<Record<string, unknown>>('rejects');
    expect(reject).toMatchObject({ topic: 'prices-file', partition: 0, offset: 0, key: '1' });
    expect(String(reject!.why)).toContain('source');
  });

  test('an empty file, or one with only a header, succeeds with a message', async () => {
    writeFileSync(path('empty.csv'), '');
    const { code, stderr } = await run([...IMPORT, 'empty.csv']);
    expect(code).toBe(0);
    expect(stderr).toContain('--file empty.csv is empty');
    writeFileSync(path('header.csv'), 'time,price\n');
    expect(await summary([...IMPORT, 'header.csv'])).toMatchObject({ in: 0, out: 0, rejected: 0 });
  });

  test.each([
    [
      'a binary file',
      2,
      'binary',
      () => writeFileSync(path('in.csv'), Buffer.from([0, 1, 2, 255, 254, 0, 10])),
    ],
    [
      'a missing column',
      2,
      'columns found: timestamp,open,high,low; close missing',
      () => writeFileSync(path('in.csv'), 'timestamp,open,high,low\n1,2,3,4\n'),
    ],
    ['no such file', 2, 'there is no such file', () => {}],
    ['a folder', 2, 'it is a folder', () => mkdirSync(path('in.csv'))],
    [
      'a gzip file that was cut',
      1,
      'cut short',
      () => writeFileSync(path('in.csv'), gzipSync('time,price\n').subarray(0, 20)),
    ],
  ])('%s ends with a clear error and a hint', async (_, expected, what, make) => {
    make();
    const { code, stdout, stderr } = await run([...IMPORT, 'in.csv']);
    expect(stderr).toContain(`--file in.csv`);
    expect(stderr).toContain(what);
    expect(stderr.trim().split('\n')).toHaveLength(2);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(await values('prices-file')).toEqual([]);
  });

  test('a file without read permission fails with a hint', async ({ skip }) => {
    const isRoot = process.getuid?.() === 0;
    const user = isRoot ? { uid: NOBODY } : {};
    chmodSync(path(), 0o777);
    if ((await start(['--version'], {}, undefined, user).done).code !== 0)
      skip('this folder cannot be read by another user');
    writeFileSync(path('secret.csv'), 'time,price\n2026-03-02T10:00:00Z,100\n');
    chmodSync(path('secret.csv'), 0);
    const { code, stderr } = await start([...IMPORT, 'secret.csv'], {}, undefined, user).done;
    expect(stderr).toContain('--file secret.csv: no permission to read it');
    expect(code).toBe(2);
  });
});

/** Whether this user may mount a small disk here. */
function mountDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a full disk exits 1 with a hint, and a rerun with free space loses and duplicates nothing', () => {
  let mounted = false;
  beforeEach(() => {
    mkdirSync(path('disk'));
    mounted = mountDisk(path('disk'));
  });
  afterEach(() => {
    if (mounted) execFileSync('umount', ['-l', path('disk')], { stdio: 'ignore' });
  });

  const BALLAST = 'disk/ballast';
  /** Leaves so many kilobytes free. */
  function fill(left: number): void {
    writeFileSync(path(BALLAST), '');
    const { bavail, bsize } = statfsSync(path('disk'));
    writeFileSync(path(BALLAST), Buffer.alloc(bavail * bsize - left * 1024));
  }
  const free = () => rmSync(path(BALLAST));
  const SKIP_REASON = 'mounting a small disk is not permitted here';
  const bus = ['--bus', 'local:disk/bus'];

  async function expectFull(args: string[]): Promise<void> {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toContain('full');
    expect(stderr).toMatch(/free some space/i);
    expect(stderr).not.toContain('not foreseen');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  }
  const count = async (topic: string): Promise<number> => {
    const described = JSON.parse(await succeed(run(['topics', 'describe', topic, '--json', ...bus])));
    return described.partition_infos.reduce(
      (sum: number, info: { records: number }) => sum + info.records,
      0,
    );
  };

  test('a full disk of the bus', { timeout: 3 * 60_000 }, async ({ skip }) => {
    if (!mounted) skip(SKIP_REASON);
    await succeed(run(['topics', 'create', 'bars-file', ...bus]));
    fill(300);
    await expectFull([...IMPORT, EXTRACT, ...bus]);
    const before = await count('bars-file');
    expect(before).toBeLessThan(MINUTES);
    free();
    expect(await summary([...IMPORT, EXTRACT, ...bus])).toMatchObject({ out: MINUTES - before });
    expect(await count('bars-file')).toBe(MINUTES);

    fill(300);
    await expectFull(['process', '--window', '1m', '--once', '--close', ...bus]);
    free();
    await succeed(run(['process', '--window', '1m', '--once', '--close', ...bus]));
    expect(await count('candles')).toBe(MINUTES);
  });

  test('a full disk of a new bus', async ({ skip }) => {
    if (!mounted) skip(SKIP_REASON);
    fill(0);
    await expectFull([...IMPORT, EXTRACT, ...bus]);
    free();
    await succeed(run([...IMPORT, EXTRACT, ...bus]));
    expect(await count('bars-file')).toBe(MINUTES);
  });

  test('a full disk ends a lake sink, and the next run writes each row once', async ({ skip }) => {
    if (!mounted) skip(SKIP_REASON);
    const sink = ['sink', 'file', '--dir', 'disk/lake', '--topics', 'bars-file', '--once'];
    await succeed(run([...IMPORT, EXTRACT]));
    fill(30);
    await expectFull(sink);
    free();
    await succeed(run(sink));
    const rows = await query(
      path('disk/lake/bars'),
      'SELECT count(*)::INT AS n, count(DISTINCT start)::INT AS times FROM t',
    );
    expect(rows).toEqual([{ n: MINUTES, times: MINUTES }]);
    const parquet = readdirSync(path('disk/lake/bars'), { recursive: true }).filter((name) =>
      String(name).endsWith('.parquet'),
    );
    expect(parquet).toHaveLength(2);
  });
});
