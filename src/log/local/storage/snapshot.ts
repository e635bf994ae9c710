import { accessSync, closeSync, constants, mkdtempSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../../core/errors.ts';
import { DATA_FILE } from './folder.ts';
import { readMeta } from './meta-page.ts';

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** Whether this process may read the bus in `dir` but not write to it. */
export const isReadOnly = (dir: string): boolean => !isWritable(dir) || !isWritable(join(dir, DATA_FILE));

/** The data file of a bus at its last commit, under a private name. */
export interface ReadOnlyView {
  /** The path to open. lmdb creates its lock file next to it, in a private folder. */
  readonly path: string;
  /**
   * Throws UserError `unavailable` once another process has committed to the bus: writers do not see this reader and may
   * overwrite the pages it reads. Data read before a passing check is intact.
   */
  readonly check: () => void;
  readonly close: () => void;
}

/** Links the data file into a temporary folder. Throws UserError `damaged` or `unavailable`. */
export function takeSnapshot(dir: string): ReadOnlyView {
  const file = resolve(dir, DATA_FILE);
  const descriptor = openForReading(dir, file);
  const committed = () => readMeta(file, descriptor).transaction;
  let folder: string | undefined;
  const close = () => {
    closeSync(descriptor);
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { transaction } = readMeta(file, descriptor);
    folder = mkdtempSync(join(tmpdir(), 'cryptopipe-snapshot-'));
    const path = join(folder, DATA_FILE);
    symlinkSync(file, path);
    const check = () => {
      if (committed() !== transaction) throw changed(dir);
    };
    return { path, check, close };
  } catch (error) {
    close();
    throw error;
  }
}

function openForReading(dir: string, file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError(
      'unavailable',
      `the bus folder ${dir} cannot be read: ${code}`,
      'Ask its owner for read permission.',
      false,
      { cause },
    );
  }
}

/** For a reader that waits for new records. */
export const cannotFollow = (dir: string) =>
  new UserError(
    'unavailable',
    `cannot follow the bus in ${dir}: it is read-only, and a follower needs a lock`,
    'Omit --follow, or run as a user with write permission.',
  );

const changed = (dir: string) =>
  new UserError(
    'unavailable',
    `the bus in ${dir} was written to while it was read; cryptopipe cannot lock a read-only bus`,
    'Try again, or run as a user with write permission.',
  );
