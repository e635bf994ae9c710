import { readFileSync } from 'node:fs';
import { readingProblem } from '../core/reading-problem.ts';

/** The text of a file that `flag` names: a flag or a variable. Throws Problem. */
export function readText(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw readingProblem(`${flag} ${path}`, cause);
  }
}
