import { defineConfig } from 'vitest/config';
import { reporters, text } from './vitest.config.ts';

/** What takes minutes: real builds and real servers. */
export default defineConfig({
  plugins: [text],
  test: {
    include: ['test/services/**/*.test.ts'],
    testTimeout: 5 * 60_000,
    hookTimeout: 5 * 60_000,
    fileParallelism: false,
    reporters,
  },
});
