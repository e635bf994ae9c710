import { choice, toggle } from '../core/option.ts';
import type { Log } from '../log/log.ts';
import { DATASETS } from '../market/datasets.ts';
import type { Processor } from '../processors/processor.ts';
import type { Reporter, Stage } from '../runtime/stage.ts';
import type { Source } from '../sources/source.ts';
import { withBus } from './bus.ts';
import { fedBy } from './chain.ts';
import { type Call, type Complaint, type Component, defineCommand } from './command.ts';
import type { Io } from './io.ts';
import { chain, processorComponents, renameOptions } from './process.ts';
import { processorRenames } from './renames.ts';
import { SAMPLE } from './sample-folder.ts';
import { runSample } from './sample-run.ts';
import { drive, loggerFor, patienceOf, stageOpener } from './session.ts';
import { app, close, commitEvery, staged } from './shared.ts';
import { sinkComplaints, sinkComponents, sinkNamed, sinkNames, sinkOptions, withoutColumns } from './sink.ts';
import { sourceComplaints } from './sources/complaints.ts';
import { candidates, kindOperand, kindsOf, sourceComponents, sourceOptions } from './sources/options.ts';
import { sourceStages, startable } from './sources/start.ts';
import { processorStages, sinkStages } from './stages.ts';

const SAMPLE_SOURCE = 'sample';

const options = {
  sample: toggle(
    '--sample',
    'Two days of sample data from an empty bus to a lake, below .cryptopipe/sample.',
  ),
  ...sourceOptions,
  ...renameOptions,
  sink: choice('--sink', sinkNames, 'Where it lands.', 'file'),
  ...sinkOptions,
  app,
  close,
  commitEvery,
  ...staged,
};
type RunCall = Call<typeof options>;

/** Flags that the sample settles by itself. */
const SETTLED = [
  '--bus',
  '--kafka-option',
  '--dir',
  '--sink',
  '--topics',
  '--topic',
  '--in',
  '--out',
  '--for',
];

const sourcesOf = ({ settings, operands }: RunCall): readonly Source[] =>
  candidates(settings.sample ? [SAMPLE_SOURCE] : settings.source, operands);

/** The processors that posts or prices lead to, whichever of them are read. */
function processorsOf(sources: readonly Source[], { operands }: RunCall): Processor[] {
  const kinds = new Set(sources.flatMap((source) => kindsOf(source, operands)));
  const topics = [
    ...(kinds.has('tweets') ? ['tweets'] : []),
    ...(kinds.has('prices') ? DATASETS.quotes.topics : []),
  ];
  return fedBy(chain, topics);
}

function sampleClashes({ settings, typed }: RunCall): Complaint[] {
  const [named] = settings.source;
  const asked = settings.source.length === 0 || (settings.source.length === 1 && named === SAMPLE_SOURCE);
  return [...SETTLED.filter(typed), ...(asked ? [] : ['--source'])].map((flag) => ({
    about: flag,
    text: `${flag}: --sample has its own; leave one of them out`,
  }));
}

function check(call: RunCall): Complaint[] {
  const { settings, operands } = call;
  const source = settings.sample ? [SAMPLE_SOURCE] : settings.source;
  return [
    ...sourceComplaints({ ...call, settings: { ...settings, source } }, operands),
    ...processorRenames(processorsOf(sourcesOf(call), call), settings).complaints,
    ...withoutColumns(settings.topics, settings.dataset),
    ...sinkComplaints(call, sinkNamed(settings.sink)),
    ...(settings.sample ? sampleClashes(call) : []),
  ];
}

/** The sink's own topics as far as these processors write them, by the names that they have here, or those asked for. */
function landing(call: RunCall, processors: readonly Processor[], written: (one: Processor) => string) {
  const { settings } = call;
  const sink = sinkNamed(settings.sink)!;
  if (settings.topics.length > 0)
    return settings.topics.map((topic) => ({ topic, dataset: settings.dataset }));
  return processors
    .filter(({ output }) => sink.topics.includes(output.topic))
    .map((one) => ({ topic: written(one), dataset: one.output.topic }))
    .filter(({ topic }) => !topic.includes('{'));
}

/** Every stage, in the order in which a one-shot run finishes them. */
function stagesOf(
  call: RunCall,
  sources: readonly Source[],
  log: Log,
  io: Io,
  reporter: Reporter,
  exclusive: boolean,
): Stage[] {
  const { settings, operands, of } = call;
  const around = { log, io, reporter, app: settings.app, exclusive };
  const processors = processorsOf(sources, call);
  const renames = processorRenames(processors, settings).byProcessor;
  const sink = sinkNamed(settings.sink)!;
  const lands = landing(
    call,
    processors,
    ({ name, output }) => renames.get(name)?.get(output.topic)?.[0] ?? output.topic,
  );
  return [
    ...sourceStages({ sources, settings, operands, settingsOf: of }, around),
    ...processorStages(
      { processors, renames, commitEveryMs: settings.commitEvery, settingsOf: of, inTurn: false },
      around,
    ),
    ...sinkStages(
      {
        sink,
        settings: of(sink.options, settings.sample ? { '--dir': SAMPLE.lake } : {}),
        topics: lands.map(({ topic }) => topic),
        datasetName: (wanted) => lands.find(({ topic }) => topic === wanted)?.dataset,
        group: settings.group,
        patienceMs: patienceOf(settings, exclusive),
      },
      around,
    ),
  ];
}

const components: readonly Component[] = [...sourceComponents, ...processorComponents, ...sinkComponents];

export const command = defineCommand({
  operands: kindOperand,
  options,
  components,
  oneSink: '--sink',
  chosen: (call) => {
    const sources = sourcesOf(call);
    const names = [...sources, ...processorsOf(sources, call)].map(({ name }) => name);
    return components.filter(({ kind, name }) =>
      kind === 'sink' ? name === call.settings.sink : names.includes(name),
    );
  },
  check,
  examples: [
    'cryptopipe run --sample',
    'cryptopipe run tweets --source file --file posts.jsonl --dir lake --once',
  ],
  async run(call, io) {
    const { settings, operands } = call;
    if (settings.sample) {
      const stages = (log: Log, reporter: Reporter) =>
        stagesOf(call, sourcesOf(call), log, io, reporter, true);
      return runSample({ settings, stages }, io);
    }
    const logger = loggerFor(settings, io);
    const isTimed = settings.runFor !== undefined;
    const ending = settings.close ? 'all' : settings.once || isTimed ? 'clock' : undefined;
    const oneShot = ending !== undefined && !isTimed;
    const once = settings.once || (settings.close && !isTimed);
    const sources = startable({ ...settings, once }, operands, io, logger);
    await withBus(settings, io, stageOpener(settings, oneShot, logger), async (log) => {
      const stages = stagesOf(
        { ...call, settings: { ...settings, once } },
        sources,
        log,
        io,
        logger,
        oneShot,
      );
      const done = await drive(stages, { settings, io, logger, ending });
      if (ending !== undefined && settings.sink !== 'console') io.out(`${JSON.stringify(done)}\n`);
    });
  },
});
