import { UserError } from '../errors.ts';

/** The largest file of settings, keys or rules that is read, in bytes. */
export const LARGEST_SETTINGS = 2 ** 20;

/** What to blame, by the error codes of the system, and what to do. */
const CAUSES: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['there is no such file', 'Check the path; it is read from the current folder.'],
  ENOTDIR: ['there is no such file', 'Check the path; it is read from the current folder.'],
  EACCES: ['no permission to read it', 'Give this user the right to read it (chmod, chown).'],
  EPERM: ['no permission to read it', 'Give this user the right to read it (chmod, chown).'],
  EISDIR: ['it is a folder', 'Name one file.'],
  NOT_A_REGULAR_FILE: ['it is not a regular file', 'Name one: a pipe or device may have no end.'],
  LARGER_THAN_1_MB: ['it is larger than 1 MB', 'Name a file that holds settings and nothing else.'],
};

/** A file that cannot be read, as the user named it: `--file a.csv`. Code `usage` where the path is to blame, else `unavailable`. */
export function readingProblem(named: string, cause: unknown): UserError {
  const { code = '', message } = cause as { readonly code?: string; readonly message: string };
  const known = CAUSES[code];
  return known === undefined
    ? new UserError('unavailable', `${named}: ${message}`, 'Check the disk or mount.', true, { cause })
    : new UserError('usage', `${named}: ${known[0]}`, known[1], false, { cause });
}
