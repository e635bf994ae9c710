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
    // Said once a run by the AWS SDK, on Node 20.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    reporters,
  },
});
