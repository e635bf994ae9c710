import { aborted } from '../../core/util/aborted.ts';
import { defineCommand } from '../args/command.ts';
import { queryOptions } from '../args/common-options.ts';
import { openPage } from '../page/open-page.ts';
import {
  pageComplaints,
  pageOptions,
  relevanceComplaints,
  relevanceOption,
  topicOption,
} from '../page/page-options.ts';
import { withExistingBus } from '../pipeline/bus.ts';
import { loggerFor } from '../pipeline/session.ts';

export const command = defineCommand({
  options: { ...pageOptions, relevance: relevanceOption, in: topicOption, ...queryOptions },
  everyday: ['--listen', '--bus'],
  components: [],
  inspect: async ({ settings }, { env }) => [
    ...pageComplaints(settings, env),
    ...relevanceComplaints(settings, settings.relevance),
  ],
  examples: [
    'cryptopipe page',
    'cryptopipe page --listen 127.0.0.1:9000 --bus kafka://broker:9092',
    'cryptopipe page --relevance model.json',
    'cryptopipe page --listen 0.0.0.0:8088 --token --page-host desk.example',
  ],
  async run({ settings }, io) {
    const reporter = loggerFor(settings, io);
    const stop = io.stop();
    const opener = { app: settings.app, maxWaitMs: Number.POSITIVE_INFINITY, warn: reporter.warn };
    await withExistingBus(settings, io, opener, async (log) => {
      const page = await openPage({
        settings,
        log,
        io,
        reporter,
        topics: settings.in,
        model: settings.relevance,
        stages: [],
      });
      await aborted(stop);
      await page.close();
    });
  },
});
