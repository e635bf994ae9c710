import { UserError } from '../../core/errors.ts';
import { localPath } from '../../core/text/local-path.ts';
import { readingProblem } from '../../core/text/reading-problem.ts';
import { readSettingsFile } from '../../sources/shared/settings-file.ts';

function pathOf(flag: string, text: string): string {
  try {
    return localPath(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError('usage', `${flag}: ${error.message}`, 'Name a file of this machine.');
  }
}

/** The text of a file that `flag` names, a flag or a variable. Throws Problem; see readSettingsFile. */
export function readText(flag: string, named: string): string {
  const path = pathOf(flag, named);
  try {
    return readSettingsFile(path);
  } catch (cause) {
    throw readingProblem(`${flag} ${path}`, cause);
  }
}
