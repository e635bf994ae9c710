import { readText } from '../args/read-text.ts';
import type { Io } from './io.ts';

/**
 * A secret by its name: the variable of the environment unless it is empty, or what the file that NAME_FILE names holds,
 * without its last line end. Throws Problem for a file that cannot be read.
 */
export function secretOf(name: string, env: Io['env']): string | undefined {
  const path = env[`${name}_FILE`];
  if (env[name] || !path) return env[name];
  return readText(`${name}_FILE`, path).replace(/\r?\n$/, '');
}
