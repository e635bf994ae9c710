import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cryptopipe-e2e-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Runs a line of the shell, in which $CP is the program. */
function shell(line: string) {
  const env = { ...process.env, CP: `${process.execPath} ${resolve('bin/cryptopipe.js')}` };
  const { status, stderr, stdout } = spawnSync('bash', ['-c', line], { cwd: dir, env, encoding: 'utf8' });
  return { status, stderr, stdout };
}
const PRODUCE = '$CP produce prices --source file --file big.jsonl --quiet --bus local:bus';
const writeInput = () =>
  writeFileSync(
    join(dir, 'big.jsonl'),
    Array.from({ length: 20_000 }, (_, i) =>
      JSON.stringify({ base: 'btc', quote: 'usdt', price: 1, time: 1748772000000 + i * 60_000 }),
    ).join('\n'),
  );

test.each([
  ['a new bus finds no room for its first page', 'ulimit -f 1'],
  ['a bus grows past the limit', 'ulimit -f 500'],
])('a limit on the size of files ends the run with one sentence and exit 1 when %s', (_, limit) => {
  writeInput();
  const { status, stderr } = shell(`${limit}; ${PRODUCE}`);
  expect(stderr).toMatch(/^cryptopipe: the files in bus cannot grow: a limit applies.*\n.*start again\.\n$/);
  expect(status).toBe(1);
});

test('a deleted working folder is an error with a hint', () => {
  const { status, stdout } = shell('mkdir gone; cd gone; rmdir ../gone; $CP topics list 2>&1');
  expect(stdout).toMatch(/^cryptopipe: the current folder was deleted\n.*start again\.\n$/);
  expect(status).toBe(1);
});
