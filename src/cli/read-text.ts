import { readingProblem } from '../core/reading-problem.ts';
import { readSettingsFile } from '../sources/settings-file.ts';

/** The text of a file that `flag` names, a flag or a variable. Throws Problem; see readSettingsFile. */
export function readText(flag: string, path: string): string {
  try {
    return readSettingsFile(path);
  } catch (cause) {
    throw readingProblem(`${flag} ${path}`, cause);
  }
}
