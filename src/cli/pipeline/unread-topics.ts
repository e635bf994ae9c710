import { feedOf } from '../../market/catalog/feeds.ts';
import type { Processor } from '../../processors/processor.ts';
import type { Complaint } from '../args/command.ts';

/** Complains about processor outputs that no processor reads and whose columns no sink knows: the records would be lost. */
export function unreadOutputs(processors: readonly Processor[], chain: readonly Processor[]): Complaint[] {
  const read = new Set(chain.flatMap(({ inputs }) => inputs.map(({ topic }) => topic)));
  return processors
    .filter(({ output }) => !read.has(output.topic) && feedOf(output.topic)?.dataset === undefined)
    .map(({ name, output }) => ({
      about: name,
      text: `processor ${name} writes topic ${output.topic}, which no processor reads and no sink accepts; add a row with a dataset to the feed catalogue`,
    }));
}

/** Complains about topics that sources of this run write and no stage reads or writes to a sink. */
export function unreadFeeds(
  written: readonly { readonly source: string; readonly topic: string }[],
  used: Iterable<string>,
): Complaint[] {
  const known = new Set(used);
  return written
    .filter(({ topic }) => !topic.includes('{') && !known.has(topic))
    .map(({ source, topic }) => ({
      about: `topic ${topic}`,
      text: `source ${source} writes topic ${topic}, but no stage of this run reads it; remove the flag that renames it (--topic, --in), add --topics ${topic} --dataset NAME, or run cryptopipe produce instead`,
    }));
}
