import { UserError } from '../core/errors.ts';
import type { Log } from '../log/log.ts';
import { REJECTS, type TopicDefaults, topicDefaults } from '../market/catalog/topics.ts';
import type { Processor } from '../processors/processor.ts';
import type { MergedInputSpec } from './input/parse-record.ts';
import { ensureTopics } from './tasks.ts';

/** The topics of a processor, each with the declared name that gives its defaults and the name in use. */
export interface ProcessorTopics {
  readonly inputs: readonly { readonly topic: string; readonly actual: string }[];
  readonly output: { readonly topic: string; readonly actual: string };
  readonly decisions: string | undefined;
  /** The flag that requires all records in one task; undefined: partitions are independent. */
  readonly singlePartitionFlag: string | undefined;
}

/** The inputs of a processor, each with a topic that it reads, and the topic that it writes, under the names in use. */
export function actualTopics(
  { inputs, output }: Pick<Processor, 'inputs' | 'output'>,
  renames: ReadonlyMap<string, readonly string[]>,
): { readonly inputs: readonly MergedInputSpec[]; readonly output: string } {
  const actual = (topic: string): readonly string[] => renames.get(topic) ?? [topic];
  return {
    inputs: inputs.flatMap((spec) => actual(spec.topic).map((name) => ({ ...spec, actual: name }))),
    output: actual(output.topic)[0]!,
  };
}

/**
 * Creates missing topics; a missing input has as many partitions as one that exists. Throws UserError `usage` for an input of several partitions if one task must see all records.
 */
export async function prepareTopics(log: Log, topics: ProcessorTopics): Promise<void> {
  const { inputs, output, decisions, singlePartitionFlag } = topics;
  const defaults = new Map<string, TopicDefaults>();
  const known = new Map((await log.topics()).map(({ name, partitions }) => [name, partitions]));
  const count = inputs.map(({ actual }) => known.get(actual)).find((partitions) => partitions !== undefined);
  const partitions = singlePartitionFlag === undefined ? count : 1;
  for (const { topic, actual } of inputs)
    defaults.set(actual, { ...topicDefaults(topic), ...(partitions !== undefined && { partitions }) });
  defaults.set(output.actual, topicDefaults(output.topic));
  for (const name of ['late', REJECTS] as const) defaults.set(name, topicDefaults(name));
  if (decisions !== undefined) defaults.set(decisions, topicDefaults('decisions'));
  await ensureTopics(log, defaults);
  if (singlePartitionFlag === undefined) return;
  const there = new Map((await log.topics()).map(({ name, partitions }) => [name, partitions]));
  const divided = inputs.find(({ actual }) => (there.get(actual) ?? 1) > 1);
  if (divided === undefined) return;
  const { actual } = divided;
  throw new UserError(
    'usage',
    `${singlePartitionFlag} compares all records with each other, but topic ${actual} has ${there.get(actual)} partitions, which are read independently`,
    `Create a topic with one partition ('cryptopipe topics create NAME --partitions 1'), write to it with --topic NAME and read it with --in NAME; one partition takes 20,000 posts per second. Or omit ${singlePartitionFlag}.`,
  );
}
