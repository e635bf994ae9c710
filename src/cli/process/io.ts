import { once } from 'node:events';
import { basename, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { UserError } from '../../core/errors.ts';
import { escapeControls } from '../../core/text/printable-text.ts';
import type { Clock } from '../../core/util/clock.ts';
import { systemClock } from '../../runtime/system-clock.ts';
import type { TaskWorkers } from '../../runtime/workers/remote-task.ts';
import { exitCode, report } from '../output/report.ts';
import { umaskFor } from './mode.ts';
import { quit } from './quit.ts';
import { STOP_SIGNALS, stopSignal } from './signals.ts';
import { workerThreads } from './worker-threads.ts';

/** A command's access to its process. Tests pass their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints data; everything else goes to stderr. Unless `raw`, escapes C1 controls, and bidi controls on a terminal. */
  readonly out: (text: string, raw?: boolean) => void;
  /** Resolves once standard output accepts more, for output of any size. */
  readonly drained: () => Promise<void>;
  readonly err: (text: string) => void;
  readonly stdin: () => Readable;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** The user can answer a question. */
  readonly inIsTerminal: boolean;
  /** Columns of the terminal; 80 without one. */
  readonly width: number;
  readonly clock: Clock;
  /** Aborted by the first SIGTERM, SIGINT or SIGHUP. Before the first call, a signal ends the process as usual. */
  readonly stop: () => AbortSignal;
  readonly ask: (question: string) => Promise<boolean>;
  /** Sets the permissions of files and folders created from now on. `mode`: of files; undefined: the default. */
  readonly protect: (mode: number | undefined) => void;
  /** At most so many threads for busy tasks, by default one for each core; absent: one thread does all. */
  readonly workers?: (count: number | undefined) => TaskWorkers | undefined;
  /** How the user starts this program: `cryptopipe`, `node bin/cryptopipe.js`. */
  readonly self: string;
  /** The words of the command line, without secrets; empty before a command starts. */
  readonly command: string;
}

const DEFAULT_WIDTH = 80;

/**
 * Exit code and stderr text for an error of stdout. A reader that left (`| head -1`, a closed terminal) ends the program
 * silently with 0; a full disk is a failure.
 */
export function outputError(
  error: NodeJS.ErrnoException,
  isTerminal: boolean,
): { readonly code: number; readonly text: string } {
  const readerLeft = error.code === 'EPIPE' || (isTerminal && error.code === 'EIO');
  return readerLeft ? { code: 0, text: '' } : { code: exitCode(error), text: report(error) };
}

function watchOutput(process: NodeJS.Process): void {
  process.stdout.on('error', (error) => {
    const { code, text } = outputError(error, process.stdout.isTTY === true);
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

/** `argv0`: the executable as typed; `script`: full path of the script that Node runs. */
export function selfName(argv0: string, script: string, cwd: string): string {
  if (basename(argv0).startsWith('cryptopipe')) return argv0;
  if (basename(script) === 'cryptopipe')
    return script.includes('node_modules') ? 'npx cryptopipe' : 'cryptopipe';
  return `node ${relative(cwd, script)}`;
}

/** Throws UserError `unavailable` if the working folder was removed. */
function workingFolder(process: NodeJS.Process): string {
  try {
    return process.cwd();
  } catch {
    throw new UserError(
      'unavailable',
      'the current folder was deleted',
      "Change to another folder ('cd') and start again.",
    );
  }
}

/** The Io of a real process. */
export function processIo(process: NodeJS.Process): Io {
  watchOutput(process);
  const outIsTerminal = process.stdout.isTTY === true;
  const errIsTerminal = process.stderr.isTTY === true;
  let stop: AbortSignal | undefined;
  const listen: Parameters<typeof stopSignal>[0] = (onSignal) => {
    for (const name of STOP_SIGNALS) process.on(name, () => onSignal(name));
  };
  return {
    env: process.env,
    async drained() {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    },
    out: (text, raw = false) => void process.stdout.write(raw ? text : escapeControls(text, outIsTerminal)),
    err: (text) => void process.stderr.write(escapeControls(text, errIsTerminal)),
    stdin: () => process.stdin,
    outIsTerminal,
    errIsTerminal,
    inIsTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
    width: process.stdout.columns || process.stderr.columns || DEFAULT_WIDTH,
    clock: systemClock,
    workers: (count) => workerThreads(process.env, count),
    stop: () => {
      stop ??= stopSignal(listen, (code) => quit(process, code));
      return stop;
    },
    ask: (question) => ask(process, question),
    protect: (mode) => {
      // Node deprecates reading the umask without setting it.
      const umask = process.umask(0o077);
      process.umask(umaskFor(mode, umask));
    },
    self: selfName(process.argv0, process.argv[1] ?? '', workingFolder(process)),
    command: '',
  };
}
