import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

const PROGRAM = resolve('bin/cryptopipe.js');

export interface Ran {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Ran>;
  /** Resolves when the text has appeared on stderr or stdout. */
  saw(text: string): Promise<void>;
}

/** A folder of its own for each test, in which the real program is started. */
export function sandbox() {
  let dir = '';
  const children = new Set<ChildProcess>();
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'cryptopipe-e2e-'));
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  function start(
    args: readonly string[],
    env: Record<string, string> = {},
    input?: string | Buffer,
    options: { readonly uid?: number } = {},
  ): Running {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: dir,
      env: { ...process.env, ...env },
      ...options,
    });
    children.add(child);
    let stdout = '';
    let stderr = '';
    let onOutput = () => {};
    // A chunk may end within a character.
    child.stdout.setEncoding('utf8').on('data', (data) => {
      stdout += data;
      onOutput();
    });
    child.stderr.setEncoding('utf8').on('data', (data) => {
      stderr += data;
      onOutput();
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const done = new Promise<Ran>((settle) => {
      child.on('close', (code) => {
        children.delete(child);
        settle({ code, stdout, stderr });
        onOutput();
      });
    });
    const saw = (text: string) =>
      new Promise<void>((settle, reject) => {
        onOutput = () => {
          if ((stdout + stderr).includes(text)) settle();
          else if (child.exitCode !== null) reject(new Error(`ended without '${text}': ${cut(stderr)}`));
        };
        onOutput();
      });
    return { child, done, saw };
  }

  return {
    path: (...parts: string[]) => join(dir, ...parts),
    start,
    run: (args: string | readonly string[], env?: Record<string, string>, input?: string | Buffer) =>
      start(typeof args === 'string' ? args.trim().split(/\s+/) : args, env, input).done,
  };
}

/** A line of a bundle in a stack can be longer than everything else together. */
const SHOWN = 400;
const cut = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);

/** Runs it and expects success; the JSON summary of a one-shot run, or the text as it is. */
export async function succeed(ran: Promise<Ran>): Promise<string> {
  const { code, stdout, stderr } = await ran;
  if (code !== 0) throw new Error(`exit ${code}: ${cut(stderr)}${cut(stdout)}`);
  return stdout;
}
