import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder and its parents if missing. Node's recursive mkdir hides the reason of a failure (it reports a
 * read-only or full disk as ENOENT) and loops forever below /proc. Throws the system's error.
 */
export function makeFolder(path: string, isLastTry = false): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !isLastTry && dirname(path) !== path) {
      makeFolder(dirname(path));
      makeFolder(path, true);
      return;
    }
    // Some systems report EROFS or EACCES for an existing folder.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
