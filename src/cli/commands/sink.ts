import { counted } from '../../core/text/numbers.ts';
import { defineCommand } from '../args/command.ts';
import { app, sharedGroup, sharedGroupComplaints, stageOptions } from '../args/common-options.ts';
import { printSummary, type Summary } from '../output/summary.ts';
import { withBus } from '../pipeline/bus.ts';
import { loggerFor, runSession, serviceWaitMs, stageOpener } from '../pipeline/session.ts';
import {
  columnComplaints,
  findSink,
  requestedTopics,
  sinkComplaints,
  sinkComponents,
  sinkNames,
  sinkOptions,
} from '../pipeline/sink-options.ts';
import { sinkStages } from '../pipeline/stages.ts';
import { didNothing, sinkReason } from './nothing/reasons.ts';

/** How much the console sink has read: `6 records, 3 deletions`. Deletions are not printed. */
function printedText({ in: read, stages }: Summary): string {
  const deletions = stages.reduce((sum, { sink }) => sum + (sink?.tombstones ?? 0), 0);
  const records = counted(read - deletions, 'record');
  return deletions === 0 ? records : `${records}, ${counted(deletions, 'deletion')}`;
}

export const command = defineCommand({
  operands: { usage: `<${sinkNames.join('|')}>`, noun: 'sink', least: 1, most: 1, allowed: sinkNames },
  options: {
    ...sinkOptions,
    app,
    share: sharedGroup,
    ...stageOptions,
  },
  everyday: ['--dir', '--url', '--topics', '--once'],
  components: sinkComponents,
  oneSink: 'word',
  chosen: ({ operands }) => sinkComponents.filter(({ name }) => operands.includes(name)),
  check: (call) => [
    ...columnComplaints(call.settings.topics, call.settings.dataset),
    ...sharedGroupComplaints(call, call.settings.once),
    ...call.operands.flatMap((name) => {
      const sink = findSink(name);
      return sinkComplaints(call, sink, requestedTopics(call.settings, sink));
    }),
  ],
  examples: [],
  async run({ settings, operands, of }, io) {
    const sink = findSink(operands[0]!)!;
    const logger = loggerFor(settings, io);
    const { once } = settings;
    await withBus(settings, io, stageOpener(settings, once, logger), async (log) => {
      const { group, app, share } = settings;
      const sinkTopics = requestedTopics(settings, sink);
      const maxWaitMs = serviceWaitMs(settings, once);
      const plan = { sink, settings: of(sink.options), topics: sinkTopics, group, maxWaitMs };
      const stages = sinkStages(plan, { log, io, reporter: logger, app, exclusive: once && !share });
      const done = await runSession(stages, { settings, io, logger, ending: once ? 'clock' : undefined });
      // The console sink prints data to stdout, so its summary goes to the log.
      if (!once) return;
      const nothing = didNothing(done) && !io.stop().aborted;
      if (sink.name === 'console') logger.info(printedText(done));
      else await printSummary(done, io);
      const names = sinkTopics.map(({ topic }) => topic);
      const again = { group: group ?? `${app}.${sink.name}`, self: io.self };
      if (nothing) logger.info(await sinkReason(log, sink.name, names, again));
    });
  },
});
