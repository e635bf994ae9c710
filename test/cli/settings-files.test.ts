import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../src/cli/app.ts';
import { fakeIo } from './fakes.ts';

const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pipe = join(folder, 'pipe');
const large = join(folder, 'large');
execFileSync('mkfifo', [pipe]);
writeFileSync(large, '');
truncateSync(large, 3_000_000_000);

async function run(line: string, env = {}) {
  const { io, written } = fakeIo({ env: { CRYPTOPIPE_BUS: `local:${join(folder, 'bus')}`, ...env } });
  const code = await runCommandLine(line.split(' '), io);
  return { code, ...written };
}

const X = 'produce tweets --source x --coin btc --x-url http://127.0.0.1:1 --for 1s';
const LOGIN = 'topics list --bus kafka://127.0.0.1:1?sasl=plain&user=me';

/** Every place where a file of settings is named. */
const SETTINGS: readonly [string, (path: string) => readonly [string, Record<string, string>?]][] = [
  ['--env-from', (path) => [`process --once --env-from ${path}`]],
  ['--env-file', (path) => [`process --once --env-file ${path}`]],
  ['--keys-file', (path) => [`${X} --keys-file ${path}`]],
  ['--config', (path) => [`process --once --config ${path}`]],
  ['a variable for --config', (path) => ['process --once', { CRYPTOPIPE_CONFIG: path }]],
  ['the file of a key', (path) => [X, { X_BEARER_TOKEN_FILE: path }]],
  ['--rules-file', (path) => [`${X} --rules-file ${path}`, { X_BEARER_TOKEN: 'a-bearer-token' }]],
  ['password-file of Kafka', (path) => [`${LOGIN}&password-file=${path}`]],
  ['ca of Kafka', (path) => [`topics list --bus kafka://127.0.0.1:1?ca=${path}`]],
  ['key of Kafka', (path) => [`topics list --bus kafka://127.0.0.1:1?cert=${path}&key=${path}`]],
];

describe.each(SETTINGS)('%s', (_, line) => {
  test.each([
    ['/dev/zero', /not.a.regular.file/i],
    [pipe, /not.a.regular.file/i],
    [large, /larger.than.1.MB/i],
  ])('refuses a file without end, such as a device: %s', async (path, why) => {
    const { code, err } = await run(...line(path));
    expect(err).toMatch(why);
    expect(code).toBe(2);
  });
});
