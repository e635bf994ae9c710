import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cache } from './cache.ts';

const execute = promisify(execFile);

/** A file beside this one. */
export const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The Python of a virtual environment with the packages of a requirements file, created once for each content of the file. */
export async function pythonWith(requirements: string): Promise<string> {
  const pins = readFileSync(requirements);
  const folder = cache(`python-${createHash('sha256').update(pins).digest('hex').slice(0, 12)}`);
  const program = (home: string) => join(home, 'bin', 'python');
  if (existsSync(folder)) return program(folder);
  // Concurrent suites may both create it: the first one ready is used.
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(cache(), { recursive: true });
  rmSync(fresh, { recursive: true, force: true });
  await execute('python3', ['-m', 'venv', fresh]);
  await execute(program(fresh), ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
  return program(folder);
}
