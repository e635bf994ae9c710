import { basename, relative } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import { systemClock } from '../runtime/clock.ts';
import { quit } from './quit.ts';
import { exitCode, report } from './report.ts';
import { stopSignal } from './signals.ts';

/** What a command may touch of its process. Tests hand in their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Data; stderr has everything else. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: () => Readable;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Somebody can be asked. */
  readonly inIsTerminal: boolean;
  /** Columns of the terminal, 100 where there is none. */
  readonly width: number;
  readonly clock: Clock;
  /** Aborted by the first SIGTERM or SIGINT. Until it is asked for, a signal ends the process as usual. */
  readonly stop: () => AbortSignal;
  readonly ask: (question: string) => Promise<boolean>;
  /** How the user can start this program again: `cryptopipe`, `node bin/cryptopipe.js`. */
  readonly self: string;
}

const DEFAULT_WIDTH = 80;

/**
 * What an error of stdout means: a reader that has gone (`| head -1`) is a quiet end, a full disk is none.
 * Answers with the exit code and the words for stderr.
 */
export function outputError(error: NodeJS.ErrnoException): { readonly code: number; readonly text: string } {
  return error.code === 'EPIPE' ? { code: 0, text: '' } : { code: exitCode(error), text: report(error) };
}

function watchOutput(process: NodeJS.Process): void {
  process.stdout.on('error', (error) => {
    const { code, text } = outputError(error);
    if (text !== '') process.stderr.write(text);
    quit(process, code);
  });
  process.stderr.on('error', () => undefined);
}

async function ask(process: NodeJS.Process, question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await new Promise<string>((resolve) => {
    reader.on('SIGINT', () => reader.close());
    reader.on('close', () => resolve(''));
    reader.question(`${question} [y/N] `, resolve);
  });
  reader.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** `argv0`: the executable as typed; `script`: full path of what node runs. */
export function selfName(argv0: string, script: string, cwd: string): string {
  if (basename(argv0).startsWith('cryptopipe')) return argv0;
  if (basename(script) === 'cryptopipe')
    return script.includes('node_modules') ? 'npx cryptopipe' : 'cryptopipe';
  return `node ${relative(cwd, script)}`;
}

/** The live one. */
export function processIo(process: NodeJS.Process): Io {
  watchOutput(process);
  let stop: AbortSignal | undefined;
  const listen = (onSignal: () => void) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, onSignal);
  };
  return {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: () => process.stdin,
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    inIsTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
    width: process.stdout.columns || process.stderr.columns || DEFAULT_WIDTH,
    clock: systemClock,
    stop: () => {
      stop ??= stopSignal(listen, (code) => quit(process, code));
      return stop;
    },
    ask: (question) => ask(process, question),
    self: selfName(process.argv0, process.argv[1] ?? '', process.cwd()),
  };
}
