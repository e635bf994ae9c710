import { UserError } from '../core/errors.ts';
import type { Log } from '../log/log.ts';
import { REJECTS, type TopicDefaults, topicDefaults } from '../market/catalog/topics.ts';
import { ensureTopics } from './tasks.ts';

/** The topics of a processor: each by the name that its settings come from, and the names in use. */
export interface ProcessorTopics {
  readonly inputs: readonly { readonly topic: string; readonly actual: string }[];
  readonly output: { readonly topic: string; readonly actual: string };
  readonly decisions: string | undefined;
  /** The flag that needs all records in one task; undefined: partitions are independent. */
  readonly undivided: string | undefined;
}

/**
 * Makes the topics that are not there. Throws Problem `usage` for an input of several partitions where one task must see
 * all records.
 */
export async function prepareTopics(log: Log, topics: ProcessorTopics): Promise<void> {
  const { inputs, output, decisions, undivided } = topics;
  const wanted = new Map<string, TopicDefaults>();
  for (const { topic, actual } of inputs)
    wanted.set(actual, { ...topicDefaults(topic), ...(undivided === undefined ? {} : { partitions: 1 }) });
  wanted.set(output.actual, topicDefaults(output.topic));
  for (const name of ['late', REJECTS] as const) wanted.set(name, topicDefaults(name));
  if (decisions !== undefined) wanted.set(decisions, topicDefaults('decisions'));
  await ensureTopics(log, wanted);
  if (undivided === undefined) return;
  const there = new Map((await log.topics()).map(({ name, partitions }) => [name, partitions]));
  const divided = inputs.find(({ actual }) => (there.get(actual) ?? 1) > 1);
  if (divided === undefined) return;
  const { actual } = divided;
  throw new UserError(
    'usage',
    `${undivided} compares all records with each other, but topic ${actual} has ${there.get(actual)} partitions, each read by itself: most would never meet`,
    `Make a topic of one partition, 'cryptopipe topics create NAME --partitions 1', and have it written to (--topic NAME) and read here (--in NAME); one takes 20,000 posts a second. Or leave ${undivided} out.`,
  );
}
