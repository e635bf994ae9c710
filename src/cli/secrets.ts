import { readFileSync } from 'node:fs';
import { Problem } from '../core/problem.ts';
import type { Io } from './io.ts';

/**
 * A secret by its name: the variable of the environment, or what the file that NAME_FILE names holds, without its last
 * line end. Throws Problem `usage` for a file that cannot be read.
 */
export function secretOf(name: string, env: Io['env']): string | undefined {
  const path = env[`${name}_FILE`];
  if (env[name] !== undefined || path === undefined) return env[name];
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new Problem(
      'usage',
      `${name}_FILE: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`,
      `Let ${name}_FILE name a file that this user can read, or set ${name}.`,
      false,
      { cause },
    );
  }
}
