import { defineConfig } from 'vitest/config';
import { viteAssetPlugin } from './build/asset.mjs';
import { reporters, text } from './vitest.config.ts';

/** Limits are guards against a hang: a machine three times slower, on which servers may have to be built first, stays within them. */
const common = {
  testTimeout: 15 * 60_000,
  hookTimeout: 30 * 60_000,
  expect: { poll: { timeout: 3 * 60_000, interval: 100 } },
  // Said once a run by the AWS SDK, on Node 20.
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
};
/** They look at load, or their clocks run up to 300 times as fast as the machine's: others beside them would be in the way. */
const ALONE = [
  'test/services/{kafka-kill,kafka-faults,kafka-live,seeds,delta-writers,page-load}.test.ts',
  'test/services/soak/**/*.test.ts',
];

/** What takes minutes: real builds and real servers. */
export default defineConfig({
  plugins: [text, viteAssetPlugin],
  test: {
    reporters,
    globalSetup: ['test/temporary.ts', 'test/services/shared/setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          ...common,
          name: 'together',
          include: ['test/services/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
