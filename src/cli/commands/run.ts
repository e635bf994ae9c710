import type { Log } from '../../log/log.ts';
import type { Reporter } from '../../runtime/stage.ts';
import { type Component, defineCommand } from '../args/command.ts';
import { printSummary } from '../output/summary.ts';
import { openRunPage } from '../page/open-page.ts';
import { pageComplaints, pageMode } from '../page/page-options.ts';
import { withBus } from '../pipeline/bus.ts';
import { processorComponents, processorFileComplaints } from '../pipeline/processor-options.ts';
import { runComplaints } from '../pipeline/run-complaints.ts';
import { runOptions } from '../pipeline/run-options.ts';
import { processorsOf, sourcesOf, stagesOf } from '../pipeline/run-plan.ts';
import { runSample, type SampleRun } from '../pipeline/sample-run.ts';
import { loggerFor, runSession, stageOpener, throwSourceError } from '../pipeline/session.ts';
import { sinkComponents } from '../pipeline/sink-options.ts';
import { inspectSources } from '../pipeline/sources/complaints.ts';
import { impliedSource, kindOperand, sourceComponents } from '../pipeline/sources/options.ts';
import { startableSources } from '../pipeline/sources/start.ts';
import { didNothing, runReasons } from './nothing/reasons.ts';

const components: readonly Component[] = [...sourceComponents, ...processorComponents, ...sinkComponents];

export const command = defineCommand({
  operands: kindOperand,
  options: runOptions,
  implied: impliedSource,
  everyday: ['--sample', '--coin', '--source', '--window', '--sink', '--dir', '--url', '--for', '--once'],
  components,
  oneSink: '--sink',
  chosen: (call) => {
    const sources = sourcesOf(call);
    const names = [...sources, ...processorsOf(sources, call)].map(({ name }) => name);
    return components.filter(({ kind, name }) =>
      kind === 'sink' ? name === call.settings.sink : names.includes(name),
    );
  },
  check: runComplaints,
  inspect: async (call, io) => [
    ...(await inspectSources(call, call.operands, io)),
    ...processorFileComplaints(processorsOf(sourcesOf(call), call), call),
    ...(pageMode(call, io) === 'none' ? [] : pageComplaints(call.settings, io.env)),
  ],
  examples: [
    'cryptopipe run --sample',
    'cryptopipe run --coin eth --dir lake --page',
    'cryptopipe run prices --for 3h --sink s3 --url s3://lake-house/crypto',
    'cryptopipe run tweets --source file --file posts.jsonl --dir lake --once',
  ],
  async run(call, io) {
    const { settings } = call;
    if (settings.sample) {
      const stages = (log: Log, reporter: Reporter) =>
        stagesOf(call, sourcesOf(call), log, io, reporter, true);
      const page: SampleRun['page'] = (shown) => openRunPage(call, { ...shown, io });
      return runSample({ settings, stages, page }, io);
    }
    const logger = loggerFor(settings, io);
    const isTimed = settings.runFor !== undefined;
    const ending = settings.close ? 'all' : settings.once || isTimed ? 'clock' : undefined;
    const oneShot = ending !== undefined && !isTimed;
    const once = settings.once || (settings.close && !isTimed);
    const sources = startableSources(call, once, io, logger);
    await withBus(settings, io, stageOpener(settings, oneShot, logger), async (log) => {
      const stages = stagesOf(
        { ...call, settings: { ...settings, once } },
        sources,
        log,
        io,
        logger,
        oneShot,
      );
      const page = await openRunPage(call, { log, io, reporter: logger, stages });
      const done = await runSession(stages, { settings, io, logger, ending }).finally(page.close);
      if (ending !== undefined && settings.sink !== 'console') await printSummary(done, io);
      if (ending !== undefined && didNothing(done) && !io.stop().aborted)
        for (const reason of await runReasons(log, call, sources, io.self)) logger.info(reason);
      throwSourceError(stages, settings);
    });
  },
});
