import { feedOf } from '../../market/catalog/feeds.ts';
import type { Processor } from '../../processors/processor.ts';
import type { Complaint } from '../args/command.ts';

/** Outputs of processors that no other processor reads and whose columns no sink knows: their records would reach nobody. */
export function unreadOutputs(processors: readonly Processor[], chain: readonly Processor[]): Complaint[] {
  const read = new Set(chain.flatMap(({ inputs }) => inputs.map(({ topic }) => topic)));
  return processors
    .filter(({ output }) => !read.has(output.topic) && feedOf(output.topic)?.dataset === undefined)
    .map(({ name, output }) => ({
      about: name,
      text: `processor ${name} writes topic ${output.topic}, which no processor reads and no sink can take; give it a row with a dataset in the catalogue of feeds`,
    }));
}

/** Topics that sources of this run write and none of its stages reads or lands. */
export function unreadFeeds(
  written: readonly { readonly source: string; readonly topic: string }[],
  used: Iterable<string>,
): Complaint[] {
  const known = new Set(used);
  return written
    .filter(({ topic }) => !topic.includes('{') && !known.has(topic))
    .map(({ source, topic }) => ({
      about: `topic ${topic}`,
      text: `source ${source} writes topic ${topic}, and no stage of this run reads it; leave out what renames it (--topic, --in), land it with --topics ${topic} --dataset NAME, or collect it alone with cryptopipe produce`,
    }));
}
