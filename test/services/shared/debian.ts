import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
let turn: Promise<unknown> = Promise.resolve();

/** The path of a program of Debian, whose package is installed where it is missing. One by one: apt has one lock. */
export function debianProgram(path: string, name: string): Promise<string> {
  const ready = turn.then(async () => {
    if (existsSync(path)) return path;
    await run('apt-get', ['update']);
    await run('apt-get', ['install', '-y', '--no-install-recommends', name], { maxBuffer: 64 * 2 ** 20 });
    return path;
  });
  turn = ready.catch(() => {});
  return ready;
}
