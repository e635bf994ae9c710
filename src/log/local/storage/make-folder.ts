import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it; does nothing when it is there. Node's own recursive mkdir hides the reason (a
 * read-only or full disk is ENOENT there) and tries for ever below /proc. Throws the system's error.
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
    // Some systems answer EROFS or EACCES for a folder that is there.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
