import type { Log } from '../../log/log.ts';
import { topicsOf, topicsWith } from '../../market/catalog/feeds.ts';
import type { Processor } from '../../processors/processor.ts';
import type { Reporter, Stage } from '../../runtime/stage.ts';
import type { Source } from '../../sources/source.ts';
import type { Call, Complaint } from '../args/command.ts';
import { processorRenames } from '../args/renames.ts';
import type { Io } from '../process/io.ts';
import { processorsFedBy } from './chain.ts';
import { chain } from './processor-options.ts';
import type { runOptions } from './run-options.ts';
import { SAMPLE } from './sample-folder.ts';
import { serviceWaitMs } from './session.ts';
import { findSink } from './sink-options.ts';
import { candidates, requestedKinds, topicFor } from './sources/options.ts';
import { sourceStages } from './sources/start.ts';
import { type ProcessorPlan, processorStages, type SinkTopic, sinkStages } from './stages.ts';
import { unreadFeeds } from './unread-topics.ts';

export type RunCall = Call<typeof runOptions>;
export const SAMPLE_SOURCE = 'sample';

export const sourcesOf = (call: RunCall): readonly Source[] =>
  candidates({
    ...call,
    settings: { source: call.settings.sample ? [SAMPLE_SOURCE] : call.settings.source },
  });

/** The processors that `--process` names, among those that the posts and prices of these sources feed. */
export function processorsOf(sources: readonly Source[], { operands, settings }: RunCall): Processor[] {
  const kinds = new Set(sources.flatMap((source) => requestedKinds(source, operands)));
  const topics = [
    ...(kinds.has('tweets') ? topicsWith('posts') : []),
    ...(kinds.has('prices') ? [...topicsOf('quotes'), ...topicsWith('bars')] : []),
  ];
  const fed = processorsFedBy(chain, topics);
  return settings.process.length === 0 ? fed : fed.filter(({ name }) => settings.process.includes(name));
}

/** `--in` and `--out` with the sources' renamed topics added to `--in`. */
export function renamesOf({ settings, operands }: RunCall, sources: readonly Source[]) {
  const named = settings.in.map((part) => (part.includes('=') ? part.split('=', 1)[0]! : 'tweets'));
  const complaints: Complaint[] = [];
  const followed: string[] = [];
  for (const source of sources) {
    const topic = topicFor(settings, source);
    if (topic === undefined) continue;
    for (const declared of feedsAsked(source, operands).filter((feed) => !named.includes(feed)))
      if (topic.includes('{'))
        complaints.push({
          about: `--topic ${topic}`,
          text: `--topic: run cannot know the topics that '${topic}' expands to; list them with --in ${declared}=NAME,${declared}=NAME`,
        });
      else followed.push(`${declared}=${topic}`);
  }
  return { given: { in: [...settings.in, ...followed], out: settings.out }, complaints };
}

/** The declared topics that a source writes. */
const feedsAsked = (source: Source, operands: readonly string[]): readonly string[] =>
  requestedKinds(source, operands).flatMap((kind) => source.feeds[kind] ?? []);

/** Complains about topics that sources write and no stage of this run reads. */
export function unreadComplaints(call: RunCall, sources: readonly Source[]): Complaint[] {
  const { settings, operands } = call;
  const written = sources.flatMap((source) => {
    const renamed = topicFor(settings, source);
    const topics = renamed === undefined ? feedsAsked(source, operands) : [renamed];
    return topics.map((topic) => ({ source: source.name, topic }));
  });
  const renames = processorRenamesOf(call, sources);
  const read = processorsOf(sources, call).flatMap(({ name, inputs }) =>
    inputs.flatMap(({ topic }) => renames.get(name)?.get(topic) ?? [topic]),
  );
  return unreadFeeds(written, [...read, ...sinkTopicsOf(call, sources).map(({ topic }) => topic)]);
}

const processorRenamesOf = (call: RunCall, sources: readonly Source[]) =>
  processorRenames(processorsOf(sources, call), renamesOf(call, sources).given).byProcessor;

/** The topics of the sink: those of `--topics`, or the sink's own that sources and processors of this run write, by their actual names. */
export function sinkTopicsOf(call: RunCall, sources: readonly Source[]): readonly SinkTopic[] {
  const { settings } = call;
  const own = findSink(settings.sink)?.topics ?? [];
  if (settings.topics.length > 0)
    return settings.topics.map((topic) => ({ topic, dataset: settings.dataset }));
  const renames = processorRenamesOf(call, sources);
  // Presets are tables of other projects, which keep nothing of sources.
  const { preset = 'none' } = call.of(findSink(settings.sink)?.options ?? {}) as { preset?: string };
  const hasPreset = preset !== 'none';
  const ofSources = sources
    .filter((source) => topicFor(settings, source) === undefined)
    .flatMap((source) => feedsAsked(source, call.operands))
    .filter((topic) => own.includes(topic) && !hasPreset);
  const ofProcessors = processorsOf(sources, call)
    .filter(({ output }) => own.includes(output.topic))
    .map(({ name, output }) => ({
      topic: renames.get(name)?.get(output.topic)?.[0] ?? output.topic,
      dataset: output.topic,
    }))
    .filter(({ topic }) => !topic.includes('{'));
  return [...[...new Set(ofSources)].map((topic) => ({ topic, dataset: undefined })), ...ofProcessors];
}

/** The processors of a run, with their topics and settings. */
export const processorPlanOf = (call: RunCall, sources: readonly Source[]): ProcessorPlan => ({
  processors: processorsOf(sources, call),
  renames: processorRenamesOf(call, sources),
  commitEveryMs: call.settings.commitEvery,
  maxAheadMs: call.settings.maxAhead,
  settingsOf: call.of,
  inTurn: false,
  workers: call.settings.workers,
});

/** All stages, in the order in which a one-shot run finishes them. */
export function stagesOf(
  call: RunCall,
  sources: readonly Source[],
  log: Log,
  io: Io,
  reporter: Reporter,
  exclusive: boolean,
): Stage[] {
  const { settings, operands, of } = call;
  const around = { log, io, reporter, app: settings.app, exclusive };
  const sink = findSink(settings.sink)!;
  return [
    ...sourceStages({ sources, settings, operands, settingsOf: of }, around),
    ...processorStages(processorPlanOf(call, sources), around),
    ...sinkStages(
      {
        sink,
        settings: of(sink.options, settings.sample ? { '--dir': SAMPLE.lake } : {}),
        topics: sinkTopicsOf(call, sources),
        group: settings.group,
        maxWaitMs: serviceWaitMs(settings, exclusive),
      },
      around,
    ),
  ];
}
