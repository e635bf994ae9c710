import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** Fills the topics that sinks read. */
export const FILLING = `
cryptopipe produce tweets --source sample
cryptopipe produce prices --source sample
cryptopipe produce prices --source file --file examples/data/btcusdt-1m.csv --base btc --quote usdt
cryptopipe process --window 5m --once
`;

/** Runs a script in a folder with the examples in it, where `cryptopipe` is the program that was built. */
export async function runLines(
  path: (...parts: string[]) => string,
  script: string,
  given: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly output: string }> {
  mkdirSync(path('bin'));
  const program = path('bin', 'cryptopipe');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/cryptopipe.js')}' "$@"\n`);
  chmodSync(program, 0o755);
  cpSync('examples', path('examples'), { recursive: true });
  const env = { ...process.env, ...given, PATH: `${path('bin')}${delimiter}${process.env.PATH}` };
  return new Promise((settle) =>
    execFile('bash', ['-e', '-c', script], { cwd: path(), env }, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : 1, output: stdout + stderr }),
    ),
  );
}
