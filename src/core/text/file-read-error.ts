import { UserError } from '../errors.ts';

/** Maximum size of a file of settings, keys or rules, in bytes. */
export const LARGEST_SETTINGS = 2 ** 20;
/** Maximum size of a model's file, in bytes. */
export const LARGEST_MODEL = 64 * 2 ** 20;

/** Cause and hint by the system's error code. */
const CAUSES: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['there is no such file', 'Check the path; it is relative to the current folder.'],
  ENOTDIR: ['there is no such file', 'Check the path; it is relative to the current folder.'],
  EACCES: ['no permission to read it', 'Give this user permission to read it (chmod, chown).'],
  EPERM: ['no permission to read it', 'Give this user permission to read it (chmod, chown).'],
  EISDIR: ['it is a folder', 'Name one file.'],
  NOT_A_REGULAR_FILE: ['it is not a regular file', 'Name a regular file: a pipe or device may never end.'],
  LARGER_THAN_64_MB: ['it is larger than 64 MB', 'Name a smaller file.'],
  LARGER_THAN_1_MB: ['it is larger than 1 MB', 'Name a file that contains only settings.'],
};

/** The error for a file that cannot be read. `named`: as the user named it, `--file a.csv`. Code `usage` if the path is wrong, else `unavailable`. */
export function fileReadError(named: string, cause: unknown): UserError {
  const { code = '', message } = cause as { readonly code?: string; readonly message: string };
  const known = CAUSES[code];
  return known === undefined
    ? new UserError('unavailable', `${named}: ${message}`, 'Check the disk or mount.', true, { cause })
    : new UserError('usage', `${named}: ${known[0]}`, known[1], false, { cause });
}
