import { UserError } from '../../../core/errors.ts';

export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

type Row = readonly [code: UserError['code'], what: string, remedy: string];

const FREE_SPACE = 'Free some space and start again; nothing was committed.';
const MOVE_AWAY = 'Move it away or choose another --dir.';

const ROWS: Readonly<Record<string, Row>> = {
  ENOSPC: ['disk-full', 'the disk is full (no space or no inode is left)', FREE_SPACE],
  EDQUOT: ['disk-full', 'the quota is used up', FREE_SPACE],
  EFBIG: [
    'disk-full',
    'the file may not grow so large',
    'Raise the limit on the size of files (ulimit -f), or lower --bytes, and start again; nothing was committed.',
  ],
  EACCES: [
    'unavailable',
    'no permission',
    'Give this user the right to write there, or choose another --dir.',
  ],
  EPERM: ['unavailable', 'not permitted', 'Choose a --dir on a file system that has hard links.'],
  EROFS: ['unavailable', 'the file system is read-only', 'Choose another --dir.'],
  EXDEV: [
    'unavailable',
    'it is on another file system than the folder of its table',
    'Keep each table on one file system, or choose another --dir.',
  ],
  ENOENT: ['unavailable', 'no folder can be made there', 'Choose another --dir.'],
  ENAMETOOLONG: ['usage', 'the name is too long for the file system', 'Choose a shorter --dir.'],
  ELOOP: ['damaged', 'its symbolic links lead in a circle', MOVE_AWAY],
  ENOTDIR: ['damaged', 'a file stands where a folder should be', MOVE_AWAY],
  EISDIR: ['damaged', 'a folder stands where a file should be', MOVE_AWAY],
};

/** An error of the file system as a Problem that names `path`. */
export function folderError(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  const [code, what, remedy] = ROWS[String(codeOf(error))] ?? [
    'failed',
    error instanceof Error ? error.message : String(error),
    'Check the disk and the folder.',
  ];
  return new UserError(code, `cannot use ${path}: ${what}`, remedy, false, { cause: error });
}
