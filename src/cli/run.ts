import { toggle } from '../core/option.ts';
import type { Log } from '../log/log.ts';
import { sourceStage } from '../runtime/source-stage.ts';
import type { Reporter } from '../runtime/stage.ts';
import { parseBus, withBus } from './bus.ts';
import { type Call, type Complaint, type Component, defineCommand } from './command.ts';
import type { Io } from './io.ts';
import { readSeries } from './last-candles.ts';
import { titlePaint } from './paint.ts';
import { chain, processorComponents } from './process.ts';
import { checkSource, kindOperand, kindsOf, sourceComponents, sourceNamed, sourceOption } from './produce.ts';
import { SAMPLE, takeSampleFolder } from './sample-folder.ts';
import { sampleSummary } from './sample-summary.ts';
import { drive, loggerFor, patienceOf, stageOpener } from './session.ts';
import { app, close, commitEvery, staged } from './shared.ts';
import { sinkComplaints, sinkComponents, sinkNamed } from './sink.ts';
import { processorStages, sinkStages } from './stages.ts';
import type { summarize } from './summary.ts';
import { sourceSurroundings } from './surroundings.ts';

const SAMPLE_SOURCE = 'sample';
const LAKE_SINK = 'file';

const options = {
  sample: toggle(
    '--sample',
    'Two days of sample data from an empty bus to a lake, below .cryptopipe/sample.',
  ),
  source: { ...sourceOption, help: 'Where to read from; needed without --sample.' },
  app,
  close,
  commitEvery,
  ...staged,
};
type RunCall = Call<typeof options>;

const lakeComponents = sinkComponents.filter(({ name }) => name === LAKE_SINK);
const sourceName = ({ settings }: RunCall) => (settings.sample ? SAMPLE_SOURCE : settings.source);

function check(call: RunCall): Complaint[] {
  const source = sourceName(call);
  const complaints = [
    ...checkSource({ settings: { source }, of: call.of }, call.operands),
    ...sinkComplaints(call, sinkNamed(LAKE_SINK)),
  ];
  if (!call.settings.sample) return complaints;
  const own = [
    '--bus',
    '--kafka-option',
    '--dir',
    ...(call.settings.source === SAMPLE_SOURCE ? [] : ['--source']),
  ];
  const clashes = own.filter(call.typed);
  return [
    ...complaints,
    ...clashes.map((flag) => ({ about: flag, text: `${flag}: --sample has its own; leave one of them out` })),
  ];
}

/** Every stage, in the order in which a one-shot run finishes them. */
function stagesOf(call: RunCall, log: Log, io: Io, reporter: Reporter, exclusive: boolean) {
  const { settings, of } = call;
  const source = sourceNamed(sourceName(call))!;
  const sink = sinkNamed(LAKE_SINK)!;
  const around = { log, io, reporter, app: settings.app, exclusive };
  const fixed: Record<string, string> = settings.sample ? { '--dir': SAMPLE.lake } : {};
  const sinkSettings = of(sink.options, fixed);
  const { commitEvery } = settings;
  const kinds = kindsOf(source, call.operands);
  return [
    sourceStage({
      log,
      source,
      settings: of(source.options),
      kinds,
      topic: undefined,
      clock: io.clock,
      reporter,
      surroundings: sourceSurroundings(io, exclusive),
    }),
    ...processorStages(
      { processors: chain, renames: new Map(), commitEveryMs: commitEvery, settingsOf: of, inTurn: false },
      around,
    ),
    ...sinkStages(
      {
        sink,
        settings: sinkSettings,
        topics: sink.topics,
        dataset: undefined,
        group: undefined,
        patienceMs: patienceOf(settings, exclusive),
      },
      around,
    ),
  ];
}

async function runSample(call: RunCall, io: Io): Promise<void> {
  const release = await takeSampleFolder('.');
  try {
    const bus = parseBus(`local:${SAMPLE.bus}`);
    const settings = { ...call.settings, bus };
    const logger = loggerFor(settings, io);
    await withBus(settings, io, stageOpener(settings, true, logger), async (log) => {
      const done = await drive(stagesOf(call, log, io, logger, true), {
        settings: call.settings,
        io,
        logger,
        ending: 'all',
      });
      if (!io.stop().aborted) io.out(await summaryText(done, log, io));
    });
  } finally {
    await release();
  }
}

async function summaryText(done: ReturnType<typeof summarize>, log: Log, io: Io): Promise<string> {
  const topics = await Promise.all((await log.topics()).map(({ name }) => log.describe(name)));
  const summary = {
    ...done,
    topics: topics
      .filter((topic) => topic !== undefined)
      .map(({ name, partitionInfos }) => ({
        name,
        records: partitionInfos.reduce((sum, { records }) => sum + records, 0),
      })),
    candles: await readSeries(log),
    lake: SAMPLE.lake,
    next: [
      `${io.self} topics list --bus ${log.url}`,
      `${io.self} topics tail candles --bus ${log.url} --limit 3`,
      `${io.self} sink console --topics tweets-processed --bus ${log.url} --once`,
    ],
  };
  return sampleSummary(summary, await titlePaint(io));
}

const components: readonly Component[] = [...sourceComponents, ...processorComponents, ...lakeComponents];

export const command = defineCommand({
  operands: kindOperand,
  options,
  components,
  chosen: (call) => {
    const source = sourceName(call);
    return source === undefined
      ? []
      : components.filter(({ kind, name }) => kind !== 'source' || name === source);
  },
  check,
  examples: [
    'cryptopipe run --sample',
    'cryptopipe run tweets --source file --file posts.jsonl --dir lake --once',
  ],
  async run(call, io) {
    const { settings } = call;
    if (settings.sample) return runSample(call, io);
    const ending = settings.close ? 'all' : settings.once ? 'clock' : undefined;
    const logger = loggerFor(settings, io);
    await withBus(settings, io, stageOpener(settings, ending !== undefined, logger), async (log) => {
      const stages = stagesOf(call, log, io, logger, ending !== undefined);
      const done = await drive(stages, { settings, io, logger, ending });
      if (ending !== undefined) io.out(`${JSON.stringify(done)}\n`);
    });
  },
});
