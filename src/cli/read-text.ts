import { readFileSync } from 'node:fs';
import { readingProblem } from '../core/reading-problem.ts';

/** The text of a file that `flag` names, a flag or a variable; without the mark that some editors begin it with. Throws Problem. */
export function readText(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw readingProblem(`${flag} ${path}`, cause);
  }
}
