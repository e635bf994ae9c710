import { type ErrorCode, UserError } from '../../core/errors.ts';
import { stripControlCharacters } from '../../core/text/printable-text.ts';
import { withoutCredentials } from './credentials.ts';

const EXIT: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  locked: 3,
  fenced: 1,
  damaged: 1,
  unavailable: 1,
  'disk-full': 1,
  failed: 1,
};

/** 0 done, 1 failed, 2 usage, 3 locked by another run. */
export function exitCode(error: unknown): number {
  return EXIT[asProblem(error).code];
}

const SYSTEM: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ['disk-full', 'Free some space and run it again: nothing is lost or doubled.'],
  EDQUOT: ['disk-full', 'Free some of your quota and run it again: nothing is lost or doubled.'],
  EACCES: ['unavailable', 'Check the permissions of the file or folder.'],
  EPERM: ['unavailable', 'Check the permissions of the file or folder.'],
  EROFS: ['unavailable', 'Name a folder that can be written to.'],
  ENOENT: ['unavailable', 'Check the path.'],
  EISDIR: ['unavailable', 'Name a file, not a folder.'],
  ENOTDIR: ['unavailable', 'Check the path: a part of it is a file.'],
  EMFILE: ['failed', "Raise the limit of open files ('ulimit -n')."],
};

/** Every error as one with a remedy. */
function asProblem(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const known = SYSTEM[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  if (known) return new UserError(known[0], message, known[1]);
  return new UserError(
    'failed',
    message,
    'This was not foreseen: set CRYPTOPIPE_TRACE=1 to see where it came from.',
  );
}

/**
 * What stderr says: what was wrong, a line for each, and what to do. `trace`: where it came from, too. A URL that was
 * typed in a wrong place is repeated without its credentials.
 */
export function report(error: unknown, trace = false): string {
  const problem = asProblem(error);
  const lines = problem.message.split('\n').map(stripControlCharacters);
  const what =
    lines.length === 1 ? [`cryptopipe: ${lines[0]}`] : ['cryptopipe:', ...lines.map((line) => `  ${line}`)];
  const stack =
    trace && error instanceof Error ? `${error.stack ?? ''}\n${error.cause ?? ''}`.split('\n') : [];
  return withoutCredentials(
    `${[...what, stripControlCharacters(problem.hint), ...stack.map(stripControlCharacters)].filter((line) => line !== '').join('\n')}\n`,
  );
}
