import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** esbuild's text loader, for tests that run the source: a `.txt` import is its text. */
export const text = {
  name: 'text',
  enforce: 'pre' as const,
  load(id: string) {
    return id.endsWith('.txt') ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : undefined;
  },
};

export default defineConfig({
  plugins: [text],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/services/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
