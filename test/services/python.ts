import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache } from './cache.ts';

/** A file beside this one. */
export const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The Python of an environment with the pinned readers, made once for each set of pins. */
export function python(requirements = here('requirements.txt')): string {
  const pins = readFileSync(requirements);
  const folder = cache(`python-${createHash('sha256').update(pins).digest('hex').slice(0, 12)}`);
  const program = (home: string) => join(home, 'bin', 'python');
  if (existsSync(folder)) return program(folder);
  // Suites that run side by side may both make it: whichever is ready first is used.
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(cache(), { recursive: true });
  rmSync(fresh, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', fresh]);
  execFileSync(program(fresh), ['-m', 'pip', 'install', '--quiet', '-r', requirements], { stdio: 'pipe' });
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
  return program(folder);
}
