import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { viteAssetPlugin } from './build/asset.mjs';

/** esbuild's text loader, for tests that run the source: a `.txt` or `.csv` import is its text. */
export const text = {
  name: 'text',
  enforce: 'pre' as const,
  load(id: string) {
    return /\.(txt|csv)$/.test(id) ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : undefined;
  },
};

/** .ci/run asks for a report to count from. */
const report = process.env.TEST_REPORT;
export const reporters: ('default' | ['json', { outputFile: string }])[] = report
  ? ['default', ['json', { outputFile: report }]]
  : ['default'];

export default defineConfig({
  plugins: [text, viteAssetPlugin],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/services/**', 'test/spark/**'],
    globalSetup: ['test/temporary.ts', 'test/e2e/build.ts'],
    // Guards against a hang: a machine three times slower stays within them.
    testTimeout: 3 * 60_000,
    hookTimeout: 3 * 60_000,
    expect: { poll: { timeout: 60_000 } },
    reporters,
  },
});
