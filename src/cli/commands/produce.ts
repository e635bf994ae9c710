import type { Option } from '../../core/option.ts';
import { KAFKA_OPTIONS } from '../../log/kafka/settings/options.ts';
import { defineCommand } from '../args/command.ts';
import { app, maxAhead, stageOptions } from '../args/common-options.ts';
import { printSummary } from '../output/summary.ts';
import { withBus } from '../pipeline/bus.ts';
import { loggerFor, runSession, stageOpener, throwSourceError } from '../pipeline/session.ts';
import { inspectSources, isDryRun, sourceComplaints } from '../pipeline/sources/complaints.ts';
import {
  candidateComponents,
  impliedSource,
  kindOperand,
  sourceComponents,
  sourceOptions,
} from '../pipeline/sources/options.ts';
import { sourceStages, startableSources } from '../pipeline/sources/start.ts';
import { didNothing, sourceReasons } from './nothing/reasons.ts';

export const command = defineCommand({
  operands: kindOperand,
  options: {
    ...sourceOptions,
    linger: {
      ...KAFKA_OPTIONS.linger,
      help: 'On Kafka: how long a small write waits to be batched with others (default: 5ms).',
      fallback: undefined,
      fallbackText: '',
    } satisfies Option<number | undefined>,
    app: {
      ...app,
      help: 'On Kafka: name for positions in the sources; a new name reads them from the start.',
    },
    maxAhead,
    ...stageOptions,
  },
  implied: impliedSource,
  everyday: ['--coin', '--source', '--file', '--base', '--quote', '--topic', '--for', '--once'],
  components: sourceComponents,
  chosen: candidateComponents,
  check: (call) => sourceComplaints(call, call.operands),
  inspect: (call, io) => inspectSources(call, call.operands, io),
  examples: ['cryptopipe produce --coin eth', 'cryptopipe produce prices --coin btc,eth --every 5m --for 3h'],
  async run(call, io) {
    const { settings, operands, of } = call;
    const logger = loggerFor(settings, io);
    const { once } = settings;
    const sources = startableSources(call, settings.once, io, logger);
    const isDry = sources.some((source) => isDryRun({ of }, source));
    await withBus(settings, io, stageOpener(settings, once, logger), async (log) => {
      const plan = { sources, settings, operands, settingsOf: of };
      const stages = sourceStages(plan, { log, io, reporter: logger });
      const ending = once ? 'clock' : undefined;
      const done = await runSession(stages, { settings, io, logger, ending, endsWithSources: true, isDry });
      if (once || settings.runFor !== undefined) await printSummary(done, io);
      if (!isDry && didNothing(done) && !io.stop().aborted)
        for (const reason of await sourceReasons(log, sources, settings, operands)) logger.info(reason);
      throwSourceError(stages, settings);
    });
  },
});
