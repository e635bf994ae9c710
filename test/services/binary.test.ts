import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { benchPosts } from '../bench/posts.ts';
import { shared } from './shared/shared.ts';

/** Ten rising minutes; each opens where the one before closed. */
const minutes = Array.from({ length: 10 }, (_, minute) => {
  const open = 100 + minute;
  return `2026-03-02T00:0${minute}:00Z,${open},${open + 2},${open - 1},${open + 1},5`;
});

describe('the single binary, alone in an empty folder and an empty environment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-test-'));
  const binary = join(folder, 'cryptopipe');

  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(binary, args, { cwd: folder, env: {}, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  /** stdout of a run that must succeed. */
  const done = (...args: string[]) => {
    const { status, stdout, stderr } = run(...args);
    if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status}: ${stderr}`);
    return stdout;
  };

  beforeAll(async () => {
    const { program } = await shared('binary');
    copyFileSync(program, binary);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('--version prints the version', () => {
    expect(run('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('a misspelled command is a usage error that suggests the right one', () => {
    const { status, stderr } = run('prodce');
    expect(status).toBe(2);
    expect(stderr).toContain('produce');
  });

  test('run --sample works twice in a row', () => {
    for (const _ of ['first', 'second']) expect(done('run', '--sample')).toMatch(/^candles +[1-9]/m);
  });

  test('a file reaches a lake that another reader can read', async () => {
    writeFileSync(
      join(folder, 'minutes.csv'),
      ['timestamp,open,high,low,close,volume', ...minutes, ''].join('\n'),
    );
    const pair = ['--base', 'btc', '--quote', 'usdt'];
    done('produce', 'prices', '--source', 'file', '--file', 'minutes.csv', ...pair);
    done('process', '--window', '5m', '--once', '--close');
    done('sink', 'file', '--dir', 'lake', '--once');
    const connection = await (await DuckDBInstance.create()).connect();
    const files = join(folder, 'lake/candles/**/*.parquet');
    const rows = await connection.runAndReadAll(
      `select open, high, low, close, samples::int from read_parquet('${files}') order by window_start`,
    );
    expect(rows.getRows()).toEqual([
      [100, 106, 99, 105, 5],
      [105, 111, 104, 110, 5],
    ]);
  });

  test('query asks for DuckDB, and finds it once it is installed in the folder', () => {
    const query = ['query', 'SELECT count(*) AS candles FROM candles', '--dir', 'lake'];
    const { status, stderr } = run(...query);
    expect(status).toBe(1);
    expect(stderr).toContain('npm install @duckdb/node-api@');
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    expect(JSON.parse(done(...query))).toEqual({ candles: 2 });
  });

  /** Runs `select` on its own group and topic; answers with what it wrote and how many threads it had. */
  async function selectWith(workers: number) {
    const words = ['process', 'select', '--once', '--workers', `${workers}`, '--app', `by${workers}`];
    const child = spawn(binary, [...words, '--out', `by-${workers}`], {
      cwd: folder,
      env: { CRYPTOPIPE_TEST_BUSY_AFTER: '50' },
      stdio: 'ignore',
    });
    let threads = 0;
    while (child.exitCode === null) {
      if (existsSync(`/proc/${child.pid}/task`))
        threads = Math.max(threads, readdirSync(`/proc/${child.pid}/task`).length);
      await new Promise(setImmediate);
    }
    expect(child.exitCode).toBe(0);
    const read = ['sink', 'console', '--topics', `by-${workers}`, '--dataset', 'tweets-processed', '--once'];
    return {
      threads,
      rows: done(...read, '--app', `by${workers}`)
        .trim()
        .split('\n')
        .sort(),
    };
  }

  test('busy tasks run on worker threads, with the same results', async () => {
    writeFileSync(join(folder, 'posts.jsonl'), [...benchPosts(700), ''].join('\n'));
    done('produce', 'tweets', '--source', 'file', '--file', 'posts.jsonl');
    const [one, two] = [await selectWith(1), await selectWith(2)];
    expect(two.threads).toBeGreaterThan(one.threads);
    expect(two.rows.length).toBeGreaterThan(700);
    expect(two.rows).toEqual(one.rows);
  });

  test('nothing is left in the temporary folder', () => {
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    const { status } = spawnSync(binary, ['topics', 'list'], { cwd: folder, env: { TMPDIR: temporary } });
    expect(status).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
