import { toggle } from '../../../core/option.ts';
import type { Log } from '../../../log/log.ts';
import type { Kind } from '../../../sources/source.ts';
import { type Call, type Complaint, type Component, defineCommand } from '../../args/command.ts';
import { app, commitEvery, maxAhead, stageOptions } from '../../args/common-options.ts';
import { titlePaint } from '../../output/colors.ts';
import { importSummary } from '../../output/import-summary.ts';
import { newestCandles } from '../../output/last-candles.ts';
import { printSummary } from '../../output/summary.ts';
import { withBus } from '../../pipeline/bus.ts';
import { processorComponents, processorFileComplaints } from '../../pipeline/processor-options.ts';
import { maxRejects } from '../../pipeline/rejects.ts';
import { planComplaints } from '../../pipeline/run-complaints.ts';
import { runOptions } from '../../pipeline/run-options.ts';
import { processorsOf, type RunCall, sourcesOf, stagesOf } from '../../pipeline/run-plan.ts';
import { loggerFor, runSession, stageOpener, throwSourceError } from '../../pipeline/session.ts';
import { sinkComponents } from '../../pipeline/sink-options.ts';
import { inspectSources, isDryRun } from '../../pipeline/sources/complaints.ts';
import { sourceComponents } from '../../pipeline/sources/options.ts';
import { sourceStages } from '../../pipeline/sources/start.ts';
import type { Io } from '../../process/io.ts';
import { workers } from '../../process/worker-threads.ts';
import { didNothing, runReasons } from '../nothing/reasons.ts';
import { kindsIn } from './kind.ts';

const { once: _, ...runningOptions } = stageOptions;
const options = {
  posts: toggle('--posts', 'The files hold posts (default: what they look like).'),
  maxRejects,
  app,
  commitEvery,
  maxAhead,
  workers,
  ...runningOptions,
};
type ImportCall = Call<typeof options>;

/** The source of files takes its files from the operands. */
const withoutFile = ({ options, ...rest }: Component): Component => ({
  ...rest,
  options: Object.fromEntries(Object.entries(options).filter(([, { flag }]) => flag !== '--file')),
});
const components: readonly Component[] = [
  ...sourceComponents.filter(({ name }) => name === 'file').map(withoutFile),
  ...processorComponents,
  ...sinkComponents.filter(({ name }) => name === 'file'),
];

const kindsOfFiles = ({ settings, operands }: ImportCall): readonly Kind[] =>
  settings.posts ? ['tweets'] : [...kindsIn(operands)];

/** A call of `import` as one of `run`: its files through all stages into a lake, then every window is closed. */
function asRun(call: ImportCall, kind: Kind): RunCall {
  const of: RunCall['of'] = (options, fixed) =>
    call.of(options, { '--file': call.operands.join('\n'), ...fixed });
  const settings = { ...of(runOptions), source: ['file'], once: true, close: true };
  return { ...call, settings, operands: [kind], of };
}

/** The call as one of `run`, for the kind of its first file. */
const runOf = (call: ImportCall): RunCall => asRun(call, kindsOfFiles(call)[0] ?? 'prices');

function mixComplaints(call: ImportCall): Complaint[] {
  if (kindsOfFiles(call).length < 2) return [];
  const text = 'some of these files hold prices and others posts; import them one kind after the other';
  return [{ about: 'file', text }];
}

/** For a terminal: the newest candles of each window, and a chart. */
async function candlesText(log: Log, run: RunCall, io: Io): Promise<string> {
  const { base, quote } = run.of(sourcesOf(run)[0]!.options) as {
    readonly base?: string;
    readonly quote?: string;
  };
  return importSummary(await newestCandles(log, base, quote), io.self, await titlePaint(io));
}

export const command = defineCommand({
  operands: { usage: '<file...>', noun: 'file', least: 1, most: Number.POSITIVE_INFINITY },
  options,
  everyday: ['--base', '--quote', '--window', '--dir', '--posts', '--dry-run', '--max-rejects', '--bus'],
  components,
  chosen: (call) => {
    if (call.operands.length === 0) return components;
    const run = runOf(call);
    const used = processorsOf(sourcesOf(run), run).map(({ name }) => name);
    return components.filter(({ kind, name }) => kind !== 'processor' || used.includes(name));
  },
  check: (call) =>
    call.operands.length === 0 ? [] : [...mixComplaints(call), ...planComplaints(runOf(call))],
  inspect: async (call, io) => {
    const run = runOf(call);
    if (call.operands.length === 0) return [];
    return [
      ...(await inspectSources(run, run.operands, io)),
      ...processorFileComplaints(processorsOf(sourcesOf(run), run), run),
    ];
  },
  examples: [
    'cryptopipe import btc.csv --base btc --quote usdt --window 5m,1h --dir lake',
    'cryptopipe import posts.jsonl.gz --dir lake',
  ],
  async run(call, io) {
    const run = runOf(call);
    const { settings, operands } = run;
    const sources = sourcesOf(run);
    const logger = loggerFor(settings, io);
    const isDry = sources.some((source) => isDryRun(run, source));
    await withBus(settings, io, stageOpener(settings, true, logger), async (log) => {
      const stages = isDry
        ? sourceStages({ sources, settings, operands, settingsOf: run.of }, { log, io, reporter: logger })
        : stagesOf(run, sources, log, io, logger, true);
      const done = await runSession(stages, { settings, io, logger, ending: 'all' });
      if (isDry) return;
      await printSummary(done, io);
      const isStopped = io.stop().aborted;
      if (didNothing(done) && !isStopped)
        for (const reason of await runReasons(log, run, sources, io.self)) logger.info(reason);
      const hasCandles = operands[0] === 'prices';
      if (io.outIsTerminal && hasCandles && !isStopped) io.out(await candlesText(log, run, io));
      throwSourceError(stages, settings);
    });
  },
});
