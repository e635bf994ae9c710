import { execFileSync } from 'node:child_process';

/** Vitest's global set-up: the program under test is the one this tree builds. */
export default function build(): void {
  execFileSync(process.execPath, ['build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
