import { topicName } from '../../core/text/topic-name.ts';
import { topicsWith } from '../../market/catalog/feeds.ts';
import { REJECTS } from '../../market/catalog/topics.ts';
import type { Processor } from '../../processors/processor.ts';
import type { Complaint } from './command.ts';
import { outputTopic } from './output-topic.ts';
import { didYouMean } from './suggest.ts';

/** Actual topics by declared topic: one or more for an input, exactly one for an output. */
export type Renames = ReadonlyMap<string, readonly string[]>;

/** Inputs beside a processor's first one: bars, and posts of other networks than X. */
const BESIDE: readonly string[] = [...topicsWith('bars'), ...topicsWith('posts').slice(1)];

/**
 * Parses `declared=actual` parts. A part without `=` renames the only declared topic; topics in BESIDE are no candidates, but
 * then are not read.
 */
function readRenames(
  flag: '--in' | '--out',
  parts: readonly string[],
  declared: readonly string[],
  check: (name: string) => string,
): { renames: Renames; complaints: Complaint[] } {
  const renames = new Map<string, readonly string[]>();
  const complaints: Complaint[] = [];
  const complain = (text: string) => complaints.push({ about: `${flag} ${text}`, text: `${flag}: ${text}` });
  const candidates = declared.filter((name) => !BESIDE.includes(name));
  for (const part of parts) {
    const isBare = !part.includes('=');
    const [name, actual] = isBare ? [candidates[0], part] : part.split(/=(.*)/s);
    if (isBare && candidates.length === 1)
      for (const topic of declared) if (BESIDE.includes(topic) && !renames.has(topic)) renames.set(topic, []);
    if (isBare && candidates.length !== 1)
      complain(`'${part}' could replace any of ${declared.join(', ')}; write ${declared[0]}=${part}`);
    else if (name === undefined || !declared.includes(name))
      complain(
        `no topic '${name}' here${didYouMean(name ?? '', declared) || `; topics: ${declared.join(', ')}`}`,
      );
    else
      try {
        renames.set(name, [...new Set([...(renames.get(name) ?? []), check(actual ?? '')])]);
      } catch (error) {
        complain((error as Error).message);
      }
  }
  return { renames, complaints };
}

/**
 * Actual topics by declared topic, for each processor. A renamed output is read under its new name by the processors after
 * it, unless `--in` overrides that. An input may be read from several topics.
 */
export function processorRenames(
  processors: readonly Processor[],
  given: { readonly in: readonly string[]; readonly out: readonly string[] },
): { byProcessor: ReadonlyMap<string, Renames>; complaints: Complaint[] } {
  const inputs = [...new Set(processors.flatMap((one) => one.inputs.map((input) => input.topic)))];
  const outputs = [...new Set(processors.map((one) => one.output.topic))];
  const read = readRenames('--in', given.in, inputs, topicName);
  const written = readRenames('--out', given.out, outputs, outputTopic);
  const complaints = [...read.complaints, ...written.complaints];
  for (const [topic, actual] of written.renames)
    if (actual.length > 1)
      complaints.push({
        about: `--out ${topic}`,
        text: `--out: ${topic} cannot be written to both ${actual.join(' and ')}; name one topic`,
      });
  const byProcessor = new Map(
    processors.map((one) => {
      const renames = new Map<string, readonly string[]>();
      for (const { topic } of one.inputs) {
        const actual = read.renames.get(topic) ?? written.renames.get(topic);
        if (actual !== undefined) renames.set(topic, actual);
        const template = actual?.find((name) => name.includes('{'));
        if (template !== undefined && processors.length > 1)
          complaints.push({
            about: `--out ${topic}`,
            text: `--out: ${one.name} reads ${topic} and cannot read the template '${template}'; run it separately with --in ${topic}=NAME`,
          });
      }
      const actual = written.renames.get(one.output.topic);
      if (actual !== undefined) renames.set(one.output.topic, actual);
      const writes = [...(actual ?? [one.output.topic]), REJECTS];
      for (const topic of one.inputs.flatMap((input) => renames.get(input.topic) ?? [input.topic]))
        if (writes.includes(topic))
          complaints.push({
            about: `--in ${topic}`,
            text: `--in: ${one.name} writes to topic ${topic} and would read its own records in a loop`,
          });
      return [one.name, renames] as const;
    }),
  );
  return { byProcessor, complaints };
}
