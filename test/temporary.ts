import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DONE = 'CRYPTOPIPE_TEST_TEMPORARY';

/** Vitest's global set-up: what a run leaves in the system's temporary folder is in one folder, and goes with it. */
export default function temporary(): (() => void) | undefined {
  // Each project of a suite has this set-up; the first one does it, and removes the folder when all servers have ended.
  if (process.env[DONE]) return undefined;
  process.env[DONE] = 'true';
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
