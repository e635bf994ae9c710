import { formatTime, type Millis } from '../../../core/util/time.ts';
import type { Log } from '../../../log/log.ts';
import type { Source } from '../../../sources/source.ts';
import type { Summary } from '../../output/summary.ts';
import { processorPlanOf, type RunCall } from '../../pipeline/run-plan.ts';
import { requestedKinds, type SourceSettings, topicFor } from '../../pipeline/sources/options.ts';
import type { ProcessorPlan } from '../../pipeline/stages.ts';
import { storedRecords } from '../topics/reading.ts';
import { missingWindows } from './missing-windows.ts';

/** Whether a run read and wrote nothing at all. */
export const didNothing = ({ stages, ...total }: Summary): boolean =>
  total.in + total.out + total.late + total.rejected + total.files === 0 &&
  stages.every(({ dropped }) => Object.keys(dropped).length === 0);

/** The last record of some topics by append time; undefined if none of them has a record. */
async function lastAppend(log: Log, topics: readonly string[]) {
  let last: { readonly topic: string; readonly timestamp: Millis } | undefined;
  for (const name of topics) {
    const details = await log.describe(name);
    if (details === undefined) continue;
    for await (const { topic, timestamp } of storedRecords(log, details, { at: 'last', count: 1 }))
      if (last === undefined || timestamp > last.timestamp) last = { topic, timestamp };
  }
  return last;
}

const emptyText = (topics: readonly string[]): string =>
  topics.length === 1 ? `topic ${topics[0]} is empty` : `topics ${topics.join(', ')} are empty`;

const themOf = (topics: readonly string[]): string => (topics.length === 1 ? 'it' : 'them');

/** Why a run found nothing in topics: they are empty (`hint` says how to fill them), or all was read before. */
async function topicsReason(log: Log, topics: readonly string[], hint: string) {
  const last = await lastAppend(log, topics);
  return last === undefined
    ? { isEmpty: true, text: `nothing to do: ${emptyText(topics)}; ${hint}` }
    : {
        isEmpty: false,
        text: `nothing new since ${formatTime(last.timestamp)}, when the last record came to topic ${last.topic}`,
      };
}

/** Why each of these sources brought nothing. */
export function sourceReasons(
  log: Log,
  sources: readonly Source[],
  settings: SourceSettings,
  operands: readonly string[],
): Promise<string[]> {
  const reasonOf = async (source: Source): Promise<string> => {
    const { name, feeds, options } = source;
    const renamed = topicFor(settings, source);
    const own = requestedKinds(source, operands).flatMap((kind) => feeds[kind] ?? []);
    const topics = renamed === undefined ? own : [renamed];
    const { isEmpty, text } = await topicsReason(log, topics, `source ${name} brought no records`);
    const canRepeat = !isEmpty && Object.values(options).some(({ flag }) => flag === '--from-start');
    return canRepeat ? `${text}; to read the file again, add --from-start` : text;
  };
  return Promise.all(sources.map(reasonOf));
}

type ProcessorChoice = Pick<ProcessorPlan, 'processors' | 'renames' | 'settingsOf'>;

const actualOf = ({ renames }: ProcessorChoice, processor: string, topic: string): readonly string[] =>
  renames.get(processor)?.get(topic) ?? [topic];

/** How to compute candles of windows that were not asked for when the prices were read, if there are such windows. */
async function windowReasons(log: Log, choice: ProcessorChoice, self: string): Promise<string[]> {
  const candles = choice.processors.find(({ name }) => name === 'candles');
  if (candles === undefined) return [];
  const { name, inputs, output, options } = candles;
  const stage = {
    settings: choice.settingsOf(options),
    inputs: inputs.flatMap((spec) =>
      actualOf(choice, name, spec.topic).map((topic) => [spec, topic] as const),
    ),
    topic: actualOf(choice, name, output.topic)[0]!,
  };
  return [(await missingWindows(log, stage, self)) ?? []].flat();
}

/** Why processors had nothing to read. */
export async function processReasons(log: Log, choice: ProcessorChoice, self: string): Promise<string[]> {
  const topics = choice.processors.flatMap(({ name, inputs }) =>
    inputs.flatMap(({ topic }) => actualOf(choice, name, topic)),
  );
  const distinct = [...new Set(topics)];
  const hint = `fill ${themOf(distinct)} with ${self} produce, or name another bus with --bus`;
  const { isEmpty, text } = await topicsReason(log, distinct, hint);
  return isEmpty ? [text] : [text, ...(await windowReasons(log, choice, self))];
}

/** Why a sink had nothing to write. */
export async function sinkReason(
  log: Log,
  sink: string,
  topics: readonly string[],
  { group, self }: { readonly group: string; readonly self: string },
): Promise<string> {
  const hint = `fill ${themOf(topics)} with ${self} produce and ${self} process, or name another bus with --bus`;
  const { isEmpty, text } = await topicsReason(log, topics, hint);
  // Other sinks keep what they wrote: writing it again would change nothing.
  if (isEmpty || sink !== 'console') return text;
  const [topic] = topics;
  return `${text}; to see it again: ${self} sink console --topics ${topics.join(',')} --once --group NAME, or first ${self} topics reset ${topic} --group ${group} --from start --yes`;
}

/** Why all stages of a run did nothing. */
export const runReasons = async (
  log: Log,
  call: RunCall,
  sources: readonly Source[],
  self: string,
): Promise<string[]> => [
  ...(await sourceReasons(log, sources, call.settings, call.operands)),
  ...(await windowReasons(log, processorPlanOf(call, sources), self)),
];
