import { defineCommand } from '../args/command.ts';
import {
  app,
  close,
  commitEvery,
  maxAhead,
  sharedGroup,
  sharedGroupComplaints,
  stageOptions,
} from '../args/common-options.ts';
import { processorRenames } from '../args/renames.ts';
import { printSummary } from '../output/summary.ts';
import { withBus } from '../pipeline/bus.ts';
import {
  chain,
  conflictComplaints,
  processorComponents,
  processorFileComplaints,
  renameOptions,
} from '../pipeline/processor-options.ts';
import { loggerFor, runSession, stageOpener } from '../pipeline/session.ts';
import { processorStages } from '../pipeline/stages.ts';
import { unreadOutputs } from '../pipeline/unread-topics.ts';
import { workers } from '../process/worker-threads.ts';
import { didNothing, processReasons } from './nothing/reasons.ts';

const named = (words: readonly string[]) =>
  words.length === 0 ? chain : chain.filter(({ name }) => words.includes(name));

export const command = defineCommand({
  operands: {
    usage: '[names...]',
    noun: 'processor',
    least: 0,
    most: Number.POSITIVE_INFINITY,
    allowed: chain.map(({ name }) => name),
  },
  options: {
    ...renameOptions,
    app,
    close,
    commitEvery,
    maxAhead,
    workers,
    share: sharedGroup,
    ...stageOptions,
  },
  everyday: ['--window', '--in', '--out', '--once', '--close'],
  components: processorComponents,
  chosen: ({ operands }) =>
    operands.length === 0
      ? processorComponents
      : processorComponents.filter(({ name }) => operands.includes(name)),
  check: (call) => [
    ...processorRenames(named(call.operands), call.settings).complaints,
    ...conflictComplaints(named(call.operands), call),
    ...unreadOutputs(named(call.operands), chain),
    ...sharedGroupComplaints(call, call.settings.once || call.settings.close),
  ],
  inspect: async (call) => processorFileComplaints(named(call.operands), call),
  examples: [
    'cryptopipe process --window 5m,10m --once',
    'cryptopipe process candles --in prices=my-prices --out my-candles',
  ],
  async run({ settings, operands, of }, io) {
    const logger = loggerFor(settings, io);
    const ending = settings.close ? 'all' : settings.once ? 'clock' : undefined;
    const oneShot = ending !== undefined;
    const exclusive = oneShot && !settings.share;
    await withBus(settings, io, stageOpener(settings, oneShot, logger), async (log) => {
      const plan = {
        processors: named(operands),
        renames: processorRenames(named(operands), settings).byProcessor,
        commitEveryMs: settings.commitEvery,
        maxAheadMs: settings.maxAhead,
        settingsOf: of,
        inTurn: oneShot,
        workers: settings.workers,
      };
      const stages = processorStages(plan, { log, io, reporter: logger, app: settings.app, exclusive });
      const done = await runSession(stages, { settings, io, logger, ending });
      if (!oneShot) return;
      await printSummary(done, io);
      if (didNothing(done) && !io.stop().aborted)
        for (const reason of await processReasons(log, plan, io.self)) logger.info(reason);
    });
  },
});
