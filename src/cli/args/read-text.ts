import { UserError } from '../../core/errors.ts';
import { fileReadError } from '../../core/text/file-read-error.ts';
import { localPath } from '../../core/text/local-path.ts';
import { readSettingsFile } from '../../sources/shared/settings-file.ts';

function pathOf(flag: string, text: string): string {
  try {
    return localPath(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError('usage', `${flag}: ${error.message}`, 'Name a local file.');
  }
}

/** The text of a file named by `flag`, a flag or an environment variable. Throws UserError; see readSettingsFile. */
export function readTextFile(flag: string, named: string): string {
  const path = pathOf(flag, named);
  try {
    return readSettingsFile(path);
  } catch (cause) {
    throw fileReadError(`${flag} ${path}`, cause);
  }
}
