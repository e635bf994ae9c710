import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file beside this one. */
export const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The Python of an environment with the pinned readers, made once for each set of pins. */
export function python(requirements = here('requirements.txt')): string {
  const pins = readFileSync(requirements);
  const folder = join(
    tmpdir(),
    `cryptopipe-readers-${createHash('sha256').update(pins).digest('hex').slice(0, 12)}`,
  );
  const program = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'complete'))) return program;
  rmSync(folder, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', folder]);
  execFileSync(program, ['-m', 'pip', 'install', '--quiet', '-r', requirements], {
    stdio: 'pipe',
  });
  writeFileSync(join(folder, 'complete'), '');
  return program;
}
