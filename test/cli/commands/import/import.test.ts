import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { setUp } from '../../stage-commands.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-02T10:00:00Z');
const ticks = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${START + (from + i) * MINUTE},${100 + from + i}\n`).join('');
const bars = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${START + (from + i) * MINUTE},2,3,1,2\n`).join('');
const post = (id: number) =>
  `{"data":{"id":"${id}","text":"bitcoin ${id} to the moon","created_at":"2026-03-02T10:00:00Z","author_id":"2","lang":"en"}}\n`;

async function files() {
  const { folder, ...rest } = await setUp();
  const path = (name: string) => join(folder, name);
  writeFileSync(path('btc.csv'), `time,price\n${ticks(0, 30)}`);
  writeFileSync(path('posts.jsonl'), post(1) + post(2));
  const flags = `--base btc --quote usdt --window 5m,10m --dir ${path('lake')}`;
  return { ...rest, path, line: `import ${path('btc.csv')} ${flags}` };
}

describe('import', () => {
  test('carries prices through all stages, closes every window, and prints one JSON summary in a pipe', async () => {
    const { run, values, path, line } = await files();
    const { code, out } = await run(line);
    expect(code).toBe(0);
    const summary = JSON.parse(out);
    expect(summary).toMatchObject({ late: 0, rejected: 0 });
    expect(summary.command).toContain('import ');
    const windows = (await values('candles')).map((candle) => (candle as { window: string }).window);
    expect([windows.length, new Set(windows)]).toEqual([9, new Set(['5m', '10m'])]);
    for (const table of ['prices', 'candles'])
      expect(existsSync(path('lake')) && existsSync(join(path('lake'), table, '_delta_log'))).toBe(true);
  });

  test('a second import reads what was appended, and says when that is nothing', async () => {
    const { run, path, line } = await files();
    await run(line);
    const again = await run(line);
    expect(again.code).toBe(0);
    expect(again.err).toMatch(/nothing new since .*, when the last record came to topic prices-file/);
    expect(again.err).toContain('add --from-start');
    appendFileSync(path('btc.csv'), ticks(30, 45));
    const more = await run(line);
    expect(more.err).not.toContain('nothing new');
    expect(JSON.parse(more.out).stages[0]).toMatchObject({ stage: 'produce file', in: 15, out: 15 });
  });

  test('an import on a terminal ends with a table, the newest candles of each window, and a chart', async () => {
    const { run, line } = await files();
    const { out } = await run(line, { outIsTerminal: true, env: { NO_COLOR: '1' } });
    expect(out).toMatch(/^STAGE +READ +WRITTEN +LATE +REJECTED/);
    for (const text of [
      'BTC/USDT, latest 5m candles\nSTART (UTC)       OPEN  HIGH  LOW  CLOSE  SAMPLES\n',
      '2026-03-02 10:25   125   129  125    129        5',
      'BTC/USDT, latest 10m candles\n',
      '2026-03-02 10:20   120   129  120    129       10',
      'BTC/USDT, closing prices of 6 candles of 5m\n',
    ])
      expect(out).toContain(text);
    expect(out).not.toContain('Also in topic candles');
  });

  test('several files are read in the order of their times', async () => {
    const { run, values, path, line } = await files();
    writeFileSync(path('older.csv'), `time,price\n${ticks(-30, 0)}`);
    const { code, out } = await run(line.replace(' --base', ` ${path('older.csv')} --base`));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ late: 0, rejected: 0 });
    const times = (await values('prices-file')).map(
      (price) => (price as { last_updated: string }).last_updated,
    );
    expect([times.length, times]).toEqual([60, [...times].sort()]);
    expect(await values('candles')).toHaveLength(18);
  });

  test('an older file of bars after a newer one is not late', async () => {
    const { run, values, path, line } = await files();
    for (const [from, to] of [
      [0, 30],
      [-30, 0],
    ] as const) {
      writeFileSync(path('btc.csv'), `time,open,high,low,close\n${bars(from, to)}`);
      expect(JSON.parse((await run(line)).out)).toMatchObject({ late: 0, rejected: 0 });
    }
    expect(await values('candles')).toHaveLength(18);
  });

  test('--dry-run prints the first rows and writes nothing', async () => {
    const { run, values, path, line } = await files();
    const { code, out } = await run(`${line} --dry-run`);
    expect(code).toBe(0);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect([rows.length, rows[0].price]).toEqual([10, 100]);
    expect(await values('prices-file')).toEqual([]);
    expect(existsSync(path('lake'))).toBe(false);
  });

  test('posts are known by what they look like, or by --posts', async () => {
    const { run, values, path } = await files();
    const line = `import ${path('posts.jsonl')} --dir ${path('lake')}`;
    const { code, out } = await run(line);
    expect(code).toBe(0);
    expect(JSON.parse(out).stages.map(({ stage }: { stage: string }) => stage)).toEqual([
      'produce file',
      'select',
      'enrich',
      'signals',
      'sink file tweets-processed',
      'sink file tweets-priced',
      'sink file signals',
    ]);
    expect(await values('tweets-processed')).toHaveLength(2);
    expect((await run(`${line} --posts`)).code).toBe(0);
  });

  test('a file of which most lines are rejected exits 1 after the others are in the lake', async () => {
    const { run, values, path, line } = await files();
    writeFileSync(path('btc.csv'), `time,price\n${ticks(0, 2)}${'never,1\n'.repeat(3)}`);
    const { code, err } = await run(line);
    expect(code).toBe(1);
    expect(err).toContain('3 of 5 lines rejected');
    expect(await values('candles')).toHaveLength(2);
    expect(existsSync(join(path('lake'), 'candles'))).toBe(true);
  });
});

test.each([
  ['import', 'missing file: write <file...>'],
  ['import nowhere.csv --base btc --quote usdt', 'nowhere.csv'],
  ['import x.csv --coin btc', '--coin has no effect here; it is a flag of processor'],
  ['import x.csv --sink s3', 'unknown flag --sink'],
  ['import x.csv --base btc --base eth --quote usdt', "--base is given twice, with 'btc' and 'eth'"],
  ['import x.csv --base btc --quote usdt --zone Mars/X', "--zone: 'Mars/X' is not a time zone"],
  ['import x.csv --base b/c --quote usdt', "--base: 'b/c' is not a currency symbol"],
])('%s exits 2', async (line, text) => {
  const { run } = await setUp();
  const { code, out, err } = await run(line);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(text);
});

test('files of both kinds are refused', async () => {
  const { run, path, line } = await files();
  const { code, err } = await run(line.replace('import ', `import ${path('posts.jsonl')} `));
  expect(code).toBe(2);
  expect(err).toContain('some of these files hold prices and others posts');
});
