import { defineConfig } from 'vitest/config';
import { reporters, text } from './vitest.config.ts';

const common = {
  testTimeout: 5 * 60_000,
  // MinIO may have to be built first.
  hookTimeout: 10 * 60_000,
  // Said once a run by the AWS SDK, on Node 20.
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
};
const ALONE = ['test/services/{kafka*,seeds}.test.ts', 'test/services/{kafka,kill,soak}/**/*.test.ts'];

/** What takes minutes: real builds and real servers. Kafka's tests and the soaks look at time and load, so they run alone. */
export default defineConfig({
  plugins: [text],
  test: {
    reporters,
    globalSetup: 'test/temporary.ts',
    projects: [
      {
        extends: true,
        test: {
          ...common,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: 'sinks',
          include: ['test/services/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
