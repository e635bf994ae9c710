import { defineConfig } from 'vitest/config';
import { reporters, text } from './vitest.config.ts';

const common = {
  testTimeout: 5 * 60_000,
  // MinIO may have to be built first.
  hookTimeout: 10 * 60_000,
  // Said once a run by the AWS SDK, on Node 20.
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
};
const KAFKA = ['test/services/kafka*.test.ts', 'test/services/{kafka,kill}/**/*.test.ts'];

/** What takes minutes: real builds and real servers. Kafka's tests look at time and load, so they run alone. */
export default defineConfig({
  plugins: [text],
  test: {
    reporters,
    projects: [
      {
        extends: true,
        test: {
          ...common,
          name: 'kafka',
          include: KAFKA,
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
          exclude: KAFKA,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
