import { defineConfig } from 'vitest/config';
import { text } from './vitest.config.ts';

/** By hand (`npm run test:spark`): needs Java 17 and Python, and fetches Spark, 400 MB. */
export default defineConfig({
  plugins: [text],
  test: { include: ['test/spark/**/*.test.ts'], testTimeout: 30 * 60_000 },
});
