import { readTextFile } from '../args/read-text.ts';
import type { Io } from './io.ts';

/**
 * A secret: the environment variable `name` unless it is empty, otherwise the contents of the file that `${name}_FILE` names,
 * without the final line break. Throws UserError if the file cannot be read.
 */
export function secretOf(name: string, env: Io['env']): string | undefined {
  const path = env[`${name}_FILE`];
  if (env[name] || !path) return env[name];
  return readTextFile(`${name}_FILE`, path).replace(/\r?\n$/, '');
}
