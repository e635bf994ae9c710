import type { Settings } from '../../core/option.ts';
import { counted } from '../../core/text/numbers.ts';
import type { Sink } from '../../sinks/sink.ts';
import { defineCommand } from '../args/command.ts';
import { app, share, shareComplaints, stageOptions } from '../args/common-options.ts';
import { withBus } from '../pipeline/bus.ts';
import { loggerFor, runSession, serviceWaitMs, stageOpener } from '../pipeline/session.ts';
import {
  columnComplaints,
  findSink,
  sinkComplaints,
  sinkComponents,
  sinkNames,
  sinkOptions,
} from '../pipeline/sink-options.ts';
import { type SinkTopic, sinkStages } from '../pipeline/stages.ts';

/** The topics of `--topics`, or the sink's own. */
const sinkTopicsOf = (
  { topics, dataset }: Settings<typeof sinkOptions>,
  sink: Sink | undefined,
): readonly SinkTopic[] =>
  (topics.length > 0 ? topics : (sink?.topics ?? [])).map((topic) => ({ topic, dataset }));

export const command = defineCommand({
  operands: { usage: `<${sinkNames.join('|')}>`, noun: 'sink', least: 1, most: 1, allowed: sinkNames },
  options: {
    ...sinkOptions,
    app,
    share,
    ...stageOptions,
  },
  everyday: ['--dir', '--url', '--topics', '--once'],
  components: sinkComponents,
  oneSink: 'word',
  chosen: ({ operands }) => sinkComponents.filter(({ name }) => operands.includes(name)),
  check: (call) => [
    ...columnComplaints(call.settings.topics, call.settings.dataset),
    ...shareComplaints(call, call.settings.once),
    ...call.operands.flatMap((name) => {
      const sink = findSink(name);
      return sinkComplaints(call, sink, sinkTopicsOf(call.settings, sink));
    }),
  ],
  examples: [],
  async run({ settings, operands, of }, io) {
    const sink = findSink(operands[0]!)!;
    const logger = loggerFor(settings, io);
    const { once } = settings;
    await withBus(settings, io, stageOpener(settings, once, logger), async (log) => {
      const { group, app, share } = settings;
      const sinkTopics = sinkTopicsOf(settings, sink);
      const maxWaitMs = serviceWaitMs(settings, once);
      const plan = { sink, settings: of(sink.options), topics: sinkTopics, group, maxWaitMs };
      const stages = sinkStages(plan, { log, io, reporter: logger, app, exclusive: once && !share });
      const done = await runSession(stages, { settings, io, logger, ending: once ? 'clock' : undefined });
      // The console sink prints data to stdout, so its summary goes to the log.
      if (!once) return;
      if (sink.name === 'console') logger.info(counted(done.in, 'record'));
      else io.out(`${JSON.stringify(done)}\n`);
    });
  },
});
