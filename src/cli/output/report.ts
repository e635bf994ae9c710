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

/** 0 success, 1 failure, 2 usage, 3 locked by another run. */
export function exitCode(error: unknown): number {
  return EXIT[asUserError(error).code];
}

const SYSTEM: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ['disk-full', 'Free some disk space and run the command again; nothing is lost or duplicated.'],
  EDQUOT: [
    'disk-full',
    'Free some of your disk quota and run the command again; nothing is lost or duplicated.',
  ],
  EACCES: ['unavailable', 'Check the permissions of the file or folder.'],
  EPERM: ['unavailable', 'Check the permissions of the file or folder.'],
  EROFS: ['unavailable', 'Use a writable folder.'],
  ENOENT: ['unavailable', 'Check the path.'],
  EISDIR: ['unavailable', 'Name a file, not a folder.'],
  ENOTDIR: ['unavailable', 'Check the path: one of its folders is a file.'],
  EMFILE: ['failed', "Raise the limit on open files ('ulimit -n')."],
};

/** Any error as a UserError with a hint. */
function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const known = SYSTEM[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  if (known) return new UserError(known[0], message, known[1]);
  return new UserError(
    'failed',
    message,
    'This is an unexpected error: set CRYPTOPIPE_TRACE=1 to see its stack trace.',
  );
}

/**
 * The text for stderr: what went wrong, one line each, then the hint; with `trace`, also the stack trace. URLs lose their
 * credentials: a user may have typed one in the wrong place.
 */
export function report(error: unknown, trace = false): string {
  const userError = asUserError(error);
  const lines = userError.message.split('\n').map(stripControlCharacters);
  const what =
    lines.length === 1 ? [`cryptopipe: ${lines[0]}`] : ['cryptopipe:', ...lines.map((line) => `  ${line}`)];
  const stack =
    trace && error instanceof Error ? `${error.stack ?? ''}\n${error.cause ?? ''}`.split('\n') : [];
  return withoutCredentials(
    `${[...what, stripControlCharacters(userError.hint), ...stack.map(stripControlCharacters)].filter((line) => line !== '').join('\n')}\n`,
  );
}
