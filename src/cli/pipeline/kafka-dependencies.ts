import type { Options, Settings } from '../../core/option.ts';
import { formatSpan, type Millis } from '../../core/util/time.ts';
import { longestOf, type WindowLength } from '../../core/util/window-length.ts';
import type { PipelineDependencies, TopicDependency } from '../../doctor/kafka/dependencies.ts';
import { FEEDS } from '../../market/catalog/feeds.ts';
import { topicDefaults } from '../../market/catalog/topics.ts';
import type { Processor } from '../../processors/processor.ts';

/** Given durations by flag; the longest if there are several. */
export type Spans = ReadonlyMap<string, Millis>;

/** Processor options that determine how long a written record is needed. */
const WAIT_FLAGS = ['--window', '--lateness', '--rate-lateness', '--keep'];

/** Those of them that `doctor kafka` takes, with its help. */
const WAIT_HELP: Readonly<Record<string, string>> = {
  '--window': 'Windows of the pipeline, as for process.',
  '--lateness': 'Lateness of the pipeline, as for process.',
  '--keep': 'How long quotes and rates wait for each other, as for process join.',
};

/** The options of these processors that determine how long a written record is needed, by the flag without its dashes. */
export function waitOptions(processors: readonly Processor[]): Options {
  const options = processors.flatMap((processor) => Object.values(processor.options));
  return Object.fromEntries(
    Object.entries(WAIT_HELP).flatMap(([flag, help]) => {
      const option = options.find((one) => one.flag === flag);
      return option === undefined ? [] : [[flag.slice(2), { ...option, help }]];
    }),
  );
}

/** The given durations of `waitOptions`. */
export const spansOf = (settings: Settings<Options>): Spans =>
  new Map(Object.entries(settings).map(([name, value]) => [`--${name}`, longest(value)]));

const longest = (value: unknown): Millis =>
  Array.isArray(value)
    ? Math.max(...(value as readonly WindowLength[]).map(longestOf))
    : longestOf(value as WindowLength);

/** The sum of a processor's waits; missing settings take the processor's defaults. */
function waitOf({ name, options }: Processor, given: Spans) {
  const waits = Object.values(options)
    .filter(({ flag }) => WAIT_FLAGS.includes(flag))
    .map(({ flag, fallback }) => ({ flag, ms: given.get(flag) ?? longest(fallback) }));
  const parts = waits.map(({ flag, ms }) => `${flag.slice(2)} ${formatSpan(ms)}`);
  return { ms: waits.reduce((sum, { ms }) => sum + ms, 0), why: `${name} (${parts.join(', ')})` };
}

function needOf(name: string, readers: readonly Processor[], given: Spans): TopicDependency {
  const waits = readers.map((reader) => waitOf(reader, given)).filter(({ ms }) => ms > 0);
  const keep = waits.reduce<TopicDependency['keep']>(
    (most, wait) => (wait.ms > (most?.ms ?? 0) ? wait : most),
    undefined,
  );
  return { name, defaults: topicDefaults(name), keep };
}

/** What a pipeline of these processors requires of its cluster. */
export function needsOf(app: string, processors: readonly Processor[], given: Spans): PipelineDependencies {
  const touched = processors.flatMap(({ inputs, output }) => [
    ...inputs.map(({ topic }) => topic),
    output.topic,
  ]);
  const readers = (name: string) =>
    processors.filter(({ inputs }) => inputs.some(({ topic }) => topic === name));
  return {
    app,
    topics: [...new Set([...Object.keys(FEEDS), ...touched])].map((name) =>
      needOf(name, readers(name), given),
    ),
    processors: processors.map(({ name, inputs }) => ({ name, inputs: inputs.map(({ topic }) => topic) })),
  };
}
