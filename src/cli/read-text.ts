import { readFileSync } from 'node:fs';
import { localPath } from '../core/local-path.ts';
import { Problem } from '../core/problem.ts';
import { readingProblem } from '../core/reading-problem.ts';

function pathOf(flag: string, text: string): string {
  try {
    return localPath(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem('usage', `${flag}: ${error.message}`, 'Name a file of this machine.');
  }
}

/** The text of a file that `flag` names, a flag or a variable; without the mark that some editors begin it with. Throws Problem. */
export function readText(flag: string, named: string): string {
  const path = pathOf(flag, named);
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw readingProblem(`${flag} ${path}`, cause);
  }
}
