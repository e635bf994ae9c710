import type { Log } from '../../log/log.ts';
import type { Reporter } from '../../runtime/stage.ts';
import { type Complaint, type Component, defineCommand } from '../args/command.ts';
import { processorRenames } from '../args/renames.ts';
import { withBus } from '../pipeline/bus.ts';
import { conflictComplaints, processorComponents } from '../pipeline/processor-options.ts';
import { runOptions } from '../pipeline/run-options.ts';
import {
  processorsOf,
  type RunCall,
  renamesOf,
  SAMPLE_SOURCE,
  sinkTopicsOf,
  sourcesOf,
  stagesOf,
  unreadComplaints,
} from '../pipeline/run-plan.ts';
import { runSample } from '../pipeline/sample-run.ts';
import { loggerFor, runSession, stageOpener, throwSourceError } from '../pipeline/session.ts';
import { columnComplaints, findSink, sinkComplaints, sinkComponents } from '../pipeline/sink-options.ts';
import { inspectSources, isDryRun, sourceComplaints } from '../pipeline/sources/complaints.ts';
import { kindOperand, sourceComponents } from '../pipeline/sources/options.ts';
import { startableSources } from '../pipeline/sources/start.ts';

/** Flags that --sample fixes itself. */
const FIXED_BY_SAMPLE = [
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

function sampleClashes({ settings, isOnCommandLine }: RunCall): Complaint[] {
  const [first] = settings.source;
  const isAllowed = settings.source.length === 0 || (settings.source.length === 1 && first === SAMPLE_SOURCE);
  return [...FIXED_BY_SAMPLE.filter(isOnCommandLine), ...(isAllowed ? [] : ['--source'])].map((flag) => ({
    about: flag,
    text: `${flag} excludes --sample, which sets its own; use one of them`,
  }));
}

/** A dry run writes nothing for the later stages. */
const dryComplaints = (call: RunCall): Complaint[] =>
  sourcesOf(call).some((source) => isDryRun(call, source))
    ? [{ about: '--dry-run', text: '--dry-run: run would start the other stages; use cryptopipe produce' }]
    : [];

function check(call: RunCall): Complaint[] {
  const { settings, operands } = call;
  const source = settings.sample ? [SAMPLE_SOURCE] : settings.source;
  const renames = renamesOf(call, sourcesOf(call));
  return [
    ...dryComplaints(call),
    ...sourceComplaints({ ...call, settings: { ...settings, source } }, operands),
    ...renames.complaints,
    ...processorRenames(processorsOf(sourcesOf(call), call), renames.given).complaints,
    ...conflictComplaints(processorsOf(sourcesOf(call), call), call),
    ...unreadComplaints(call, sourcesOf(call)),
    ...columnComplaints(settings.topics, settings.dataset),
    ...sinkComplaints(call, findSink(settings.sink), sinkTopicsOf(call, sourcesOf(call))),
    ...(settings.sample ? sampleClashes(call) : []),
  ];
}

const components: readonly Component[] = [...sourceComponents, ...processorComponents, ...sinkComponents];

export const command = defineCommand({
  operands: kindOperand,
  options: runOptions,
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
  check,
  inspect: (call, env) => inspectSources(call, call.operands, env),
  examples: [
    'cryptopipe run --sample',
    'cryptopipe run --coin eth --dir lake',
    'cryptopipe run prices --for 3h --sink s3 --url s3://lake-house/crypto',
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
    const sources = startableSources({ ...settings, once }, operands, io, logger);
    await withBus(settings, io, stageOpener(settings, oneShot, logger), async (log) => {
      const stages = stagesOf(
        { ...call, settings: { ...settings, once } },
        sources,
        log,
        io,
        logger,
        oneShot,
      );
      const done = await runSession(stages, { settings, io, logger, ending });
      if (ending !== undefined && settings.sink !== 'console') io.out(`${JSON.stringify(done)}\n`);
      throwSourceError(stages);
    });
  },
});
