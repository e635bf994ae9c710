import { UserError } from '../../../core/errors.ts';

export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

type Row = readonly [code: UserError['code'], what: string, hint: string];

const FREE_SPACE = 'Free some space and start again; nothing was committed.';
const MOVE_AWAY = 'Move it away or choose another --dir.';

const ROWS: Readonly<Record<string, Row>> = {
  ENOSPC: ['disk-full', 'the disk is full (no space or no inodes left)', FREE_SPACE],
  EDQUOT: ['disk-full', 'the quota is exhausted', FREE_SPACE],
  EFBIG: [
    'disk-full',
    'the file exceeds the size limit',
    'Raise the limit on the size of files (ulimit -f), or lower --bytes, and start again; nothing was committed.',
  ],
  EACCES: ['unavailable', 'no permission', 'Give this user write permission, or choose another --dir.'],
  EPERM: ['unavailable', 'not permitted', 'Choose a --dir on a file system that has hard links.'],
  EROFS: ['unavailable', 'the file system is read-only', 'Choose another --dir.'],
  EXDEV: [
    'unavailable',
    'it is on a different file system from the folder of its table',
    'Keep each table on one file system, or choose another --dir.',
  ],
  ENOENT: ['unavailable', 'no folder can be created there', 'Choose another --dir.'],
  ENAMETOOLONG: ['usage', 'the name is too long for the file system', 'Choose a shorter --dir.'],
  ELOOP: ['damaged', 'its symbolic links form a loop', MOVE_AWAY],
  ENOTDIR: ['damaged', 'a file is where a folder should be', MOVE_AWAY],
  EISDIR: ['damaged', 'a folder is where a file should be', MOVE_AWAY],
};

/** A file system error as a UserError that names `path`. */
export function folderError(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  const [code, what, hint] = ROWS[String(codeOf(error))] ?? [
    'failed',
    error instanceof Error ? error.message : String(error),
    'Check the disk and the folder.',
  ];
  return new UserError(code, `cannot use ${path}: ${what}`, hint, false, { cause: error });
}
