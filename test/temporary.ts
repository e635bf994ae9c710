import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Vitest's global set-up: what a run leaves in the system's temporary folder is in one folder, and goes with it. */
export default function temporary(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
