import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sandbox, succeed } from './cli.ts';

const { run, path } = sandbox();
/** Made once, because every test has a folder of its own. */
const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-query-'));
const LAKE = join(folder, '.cryptopipe/sample/lake');
const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const query = (sql: string, ...more: string[]): Promise<string> =>
  succeed(run(['query', sql, '--dir', LAKE, ...more]));

beforeAll(() => {
  execFileSync(process.execPath, [resolve('bin/cryptopipe.js'), 'run', '--sample', '--quiet'], {
    cwd: folder,
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All values of a statement, read by DuckDB without cryptopipe. */
async function asked(sql: string): Promise<unknown> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

describe('query', () => {
  test('the hourly question of the documentation has an hour in each row, with posts, sentiment and price', async () => {
    const page = readFileSync('docs/lake.md', 'utf8');
    const sql = /^cryptopipe query "(SELECT hour[^"]+)"/m.exec(page)![1]!;
    const rows = lines(await query(sql)) as {
      hour: string;
      posts: number;
      sentiment: number;
      price: number;
    }[];
    expect(rows).toHaveLength(48);
    const posts = lines(await query("SELECT count(*) AS n FROM posts_latest WHERE coin = 'btc'"));
    expect(rows.reduce((sum, row) => sum + row.posts, 0)).toBe((posts[0] as { n: number }).n);
    for (const { sentiment, price } of rows) {
      expect(Math.abs(sentiment)).toBeLessThan(1);
      expect(price).toBeGreaterThan(90_000);
    }
  });

  test('folder columns have their types and values', async () => {
    const rows = await query('SELECT DISTINCT tag, date FROM tweets_processed ORDER BY ALL LIMIT 1');
    expect(lines(rows)).toEqual([{ tag: 'btc', date: '2025-06-01' }]);
    expect(
      lines(await query("SELECT count(*) AS n FROM candles WHERE date > DATE '2025-06-01'")),
    ).not.toEqual([{ n: 0 }]);
  });

  test('CSV quotes what needs it, and null differs from an empty text', async () => {
    const sql = `SELECT 'a,"b"' AS x, NULL AS y, '' AS z, ['p', 'q'] AS list, 9007199254740993::BIGINT AS big`;
    expect(await query(sql, '--format', 'csv')).toBe(
      'x,y,z,list,big\n"a,""b""",,"","[""p"",""q""]",9007199254740993\n',
    );
  });

  test('an unknown table is an error that names the tables of the lake', async () => {
    const { code, stderr } = await run(['query', 'SELECT * FROM nothing', '--dir', LAKE]);
    expect(code).toBe(2);
    expect(stderr).toContain('Table with name nothing does not exist');
    expect(stderr).toMatch(/Tables here: .*candles.*docs\/topics.md/s);
  });

  test('a folder without tables is an error with a hint', async () => {
    const { code, stderr } = await run(['query', 'SELECT 1', '--dir', 'nowhere']);
    expect([code, stderr]).toEqual([
      2,
      'cryptopipe: there is no table in nowhere\nFill a lake with cryptopipe run or cryptopipe sink, or name another with --dir or --url.\n',
    ]);
  });

  test('no statement can fetch an extension', async () => {
    const { code, stderr } = await run([
      'query',
      "SELECT * FROM 'http://127.0.0.1:9/x.parquet'",
      '--dir',
      LAKE,
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/httpfs|extension/i);
  });
});

describe('export', () => {
  test.each(['csv', 'jsonl', 'parquet'])('%s has the values that the lake has', async (format) => {
    const file = path(`candles.${format}`);
    await succeed(run(['export', 'candles', '--dir', LAKE, '--format', format, '--out', file]));
    const columns =
      'coin, quote, "window", window_start::TIMESTAMP AS window_start, open, close, samples, final, date::VARCHAR AS date';
    const reader = format === 'csv' ? `read_csv('${file}')` : `'${file}'`;
    const exported = await asked(`SELECT ${columns} FROM ${reader} ORDER BY ALL`);
    const files = `read_parquet('${LAKE}/candles/**/*.parquet', hive_partitioning = true)`;
    expect(exported).toEqual(await asked(`SELECT ${columns} FROM ${files} ORDER BY ALL`));
  });

  test('--from is inclusive and --to is exclusive', async () => {
    const args = ['export', 'candles', '--dir', LAKE, '--format', 'jsonl'];
    const span = ['--from', '2025-06-01T10:00:00Z', '--to', '2025-06-01T10:20:00Z'];
    const stdout = await succeed(run([...args, ...span]));
    const starts = new Set((lines(stdout) as { window_start: string }[]).map((row) => row.window_start));
    expect([...starts].sort()).toEqual(['2025-06-01T10:00:00.000Z', '2025-06-01T10:10:00.000Z']);
  });

  test.each([
    [['candels'], 'the lake has no table candels\nChoose from'],
    [['candles', '--format', 'parquet'], '--format parquet needs a file: add --out FILE'],
    [['candles', '--from', 'noon'], "--from: 'noon' is not a time"],
    [['candles', '--url', 's3://bucket/b'], '--dir has no effect here; it is a flag of sink file'],
  ])('export %j is refused with the reason', async (args, reason) => {
    const { code, stderr } = await run(['export', ...args, '--dir', LAKE]);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });

  test('control characters in a text stay data in a pipe', async () => {
    writeFileSync(
      path('p.jsonl'),
      `${JSON.stringify({ data: { id: '1', text: 'btc \u0085\u009b31m', created_at: '2026-03-02T10:00:00Z', author_id: '2' } })}\n`,
    );
    await succeed(run(['import', path('p.jsonl'), '--dir', 'own']));
    const stdout = await succeed(run(['export', 'tweets_processed', '--dir', 'own', '--format', 'jsonl']));
    expect((lines(stdout)[0] as { text: string }).text).toBe('btc \u0085\u009b31m');
  });
});
