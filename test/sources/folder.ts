import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder for the files of one test file, gone at its end. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-sources-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let count = 0;
  return {
    folder,
    /** Writes a new file; its path. */
    write(text: string | Uint8Array, name = `${count++}.txt`): string {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
  };
}
