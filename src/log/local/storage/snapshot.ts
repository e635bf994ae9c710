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

/** The data file of a bus as its last commit left it, under a name of its own. */
export interface ReadOnlyView {
  /** The name to open. lmdb puts its lock file beside it, in a private folder. */
  readonly path: string;
  /**
   * Throws UserError `unavailable` once somebody has committed to the bus since: writers do not know of this reader and
   * may overwrite the pages that it reads. What was read before a check that passes is as it was written.
   */
  readonly check: () => void;
  readonly close: () => void;
}

/** Names the data file in a temporary folder, by a symbolic link. Throws UserError `damaged` or `unavailable`. */
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
    folder = mkdtempSync(join(tmpdir(), 'cryptopipe-look-'));
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
      'Ask its owner for the right to read it.',
      false,
      { cause },
    );
  }
}

/** For a reader that waits for new records. */
export const cannotFollow = (dir: string) =>
  new UserError(
    'unavailable',
    `cannot follow the bus in ${dir}: it may only be read, and a follower locks it`,
    'Leave --follow away, or follow it as a user who may write to the folder.',
  );

const changed = (dir: string) =>
  new UserError(
    'unavailable',
    `the bus in ${dir} was written to while it was read; with the right to read only, cryptopipe cannot lock it`,
    'Try again, or look at it as a user who may write to the folder.',
  );
