import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const PAGE = readFileSync('CONTRIBUTING.md', 'utf8');
const BLOCK = /^```(ts|diff) (\w+) (\S+)\n(.*?)^```$/gms;
/** What a copy of the tree needs to be compiled, built and run. */
const TREE = ['src', 'bin', 'build', 'build.mjs', 'package.json', 'tsconfig.json', 'examples/data'];

/** Applies the hunks of a diff without line numbers, parted by `@@`: each old text must occur once. */
function patch(text: string, diff: string): string {
  return diff.split(/^@@\n/m).reduce((patched, hunk) => {
    const lines = hunk.trimEnd().split('\n');
    const side = (sign: string) =>
      lines
        .filter((line) => line[0] === ' ' || line[0] === sign)
        .map((line) => line.slice(1))
        .join('\n');
    expect(patched.split(side('-')), side('-')).toHaveLength(2);
    return patched.replace(side('-'), () => side('+'));
  }, text);
}

let tree: string;
let server: Server | undefined;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'cryptopipe-tree-'));
  for (const part of TREE) cpSync(part, join(tree, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(tree, 'node_modules'));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(tree, { recursive: true, force: true });
});

/** Adds an example of the page to the copy: its file, and the lines of its diffs. Returns the paths. */
function add(example: string): string[] {
  const blocks = [...PAGE.matchAll(BLOCK)].filter(([, , name]) => name === example);
  for (const [, kind, , path, text] of blocks) {
    const file = join(tree, path!);
    expect(existsSync(file), path).toBe(kind === 'diff');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, kind === 'ts' ? text! : patch(readFileSync(file, 'utf8'), text!));
  }
  return blocks.map(([, , , path]) => path!);
}

const node = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, args, { cwd: tree, maxBuffer: 2 ** 26 })).stdout;

/** Compiles with the strict settings of the tree, and builds the program. */
async function build(): Promise<void> {
  const config = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  writeFileSync(join(tree, 'tsconfig.json'), JSON.stringify({ ...config, include: ['src'] }));
  await node('node_modules/typescript/bin/tsc', '--noEmit').catch(({ stdout }) => expect.fail(stdout));
  await node('build.mjs');
}

const cryptopipe = (line: string): Promise<string> => node('bin/cryptopipe.js', ...line.split(' '));

async function serve(answer: (path: string) => object): Promise<string> {
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer(request.url!)));
  });
  await new Promise<void>((listening) => server!.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server!.address() as AddressInfo).port}`;
}

/** Rows that the lake's log counts in a table. */
function rowsIn(table: string): number {
  const log = join(tree, 'lake', table, '_delta_log', `${'0'.repeat(20)}.json`);
  const actions = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return actions.reduce((sum, { add }) => sum + (add ? JSON.parse(add.stats).numRecords : 0), 0);
}

describe('the examples in CONTRIBUTING.md', () => {
  test('a source of prices is one folder, one row and one line, and its prices reach the lake', async () => {
    expect(add('source')).toEqual([
      'src/sources/ticker/ticker.ts',
      'src/market/catalog/feeds.ts',
      'src/sources/index.ts',
    ]);
    await build();
    const url = await serve(() => ({ price: 105_000.5 }));
    await cryptopipe(`run prices --source ticker --ticker-url ${url} --once --close --dir lake`);
    expect([rowsIn('prices'), rowsIn('candles')]).toEqual([1, 1]);
  });

  test('a source of posts is one folder, one row and one line, and its posts reach the lake once', async () => {
    expect(add('posts')).toEqual([
      'src/sources/board/board.ts',
      'src/market/catalog/feeds.ts',
      'src/sources/index.ts',
    ]);
    await build();
    const posts = [1, 2].map((id) => ({
      id: String(id),
      text: 'bullish on $BTC',
      author: '7',
      time: '2025-06-01T10:00:00.000Z',
    }));
    const url = await serve((path) => ({
      posts: posts.filter(({ id }) => Number(id) > Number(path.split('=')[1])),
    }));
    const run = `run tweets --source board --board-url ${url} --once --dir lake`;
    await cryptopipe(run);
    expect(rowsIn('tweets_processed')).toBe(2);
    expect(JSON.parse(await cryptopipe(run)).out).toBe(0);
  });

  test('a processor is one file, its columns, one row and one line, and its records reach the lake', async () => {
    expect(add('processor')).toEqual([
      'src/processors/price-changes.ts',
      'src/market/catalog/datasets.ts',
      'src/market/catalog/feeds.ts',
      'src/processors/index.ts',
    ]);
    await build();
    writeFileSync(
      join(tree, 'ticks.csv'),
      'time,price\n2025-06-01T00:00:00Z,100\n2025-06-01T00:00:05Z,110\n',
    );
    await cryptopipe(
      'run prices --source file --file ticks.csv --base btc --quote usdt --once --close --dir lake',
    );
    expect([rowsIn('prices'), rowsIn('price_changes')]).toEqual([2, 1]);
  });

  test('a sink is one folder and one line, and the records are in its file', async () => {
    expect(add('sink')).toEqual(['src/sinks/lines/lines.ts', 'src/sinks/index.ts']);
    await build();
    await cryptopipe(
      'run prices --source file --file examples/data/btcusdt-15m.csv --base btc --quote usdt --window 15m --close --sink lines',
    );
    const candles = readFileSync(join(tree, 'candles.jsonl'), 'utf8').trim().split('\n');
    expect(candles.length).toBeGreaterThan(100);
    expect(JSON.parse(candles[0]!)).toMatchObject({ coin: 'btc', quote: 'usdt', window: '15m' });
  });
});
