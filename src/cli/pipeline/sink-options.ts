import { list, type Option, type Options, optionalText, type Settings } from '../../core/option.ts';
import { topicName } from '../../core/text/topic-name.ts';
import { datasetOf } from '../../market/catalog/dataset-of.ts';
import { DATASETS } from '../../market/catalog/datasets.ts';
import { FEEDS, feedOf } from '../../market/catalog/feeds.ts';
import { sinks } from '../../sinks/index.ts';
import type { Sink } from '../../sinks/sink.ts';
import type { Call, Complaint } from '../args/command.ts';
import { group } from '../args/common-options.ts';
import { didYouMean, oneOfNames } from '../args/suggest.ts';
import { componentsOf, type SinkTopic } from './stages.ts';

const registry: Readonly<Record<string, Sink>> = sinks;
export const sinkNames = Object.keys(registry);
const datasets = Object.keys(DATASETS);

export const sinkComponents = componentsOf('sink', registry);
export const findSink = (name: string): Sink | undefined =>
  Object.hasOwn(registry, name) ? registry[name] : undefined;

const topics = list('--topics', '<names>', 'Topics to read (default: those of the sink).', [], topicName);

const dataset: Option<string | undefined> = {
  ...optionalText('--dataset', '<name>', `Columns of topics with custom names: ${datasets.join(', ')}.`),
  parse: oneOfNames('dataset', datasets),
};

/** Options of every command that writes to a sink. */
export const sinkOptions = { topics, dataset, group };

/** The topics of `--topics`, or the sink's own. */
export const requestedTopics = (
  { topics, dataset }: Settings<typeof sinkOptions>,
  sink: Sink | undefined,
): readonly SinkTopic[] =>
  (topics.length > 0 ? topics : (sink?.topics ?? [])).map((topic) => ({ topic, dataset }));

/** Complains about topics that need `--dataset`. */
export function columnComplaints(topics: readonly string[], dataset: string | undefined): Complaint[] {
  if (dataset !== undefined) return [];
  const known = Object.keys(FEEDS);
  return topics
    .filter((topic) => feedOf(topic)?.dataset === undefined)
    .map((topic) => ({
      about: `--topics ${topic}`,
      text: `--topics: the columns of '${topic}' are unknown${didYouMean(topic, known)}; name them with --dataset NAME`,
    }));
}

/** Complaints of the sink about its settings, in general and for each topic. */
export function sinkComplaints(
  { of }: Pick<Call<Options>, 'of'>,
  sink: Sink | undefined,
  sinkTopics: readonly SinkTopic[],
): Complaint[] {
  if (sink === undefined) return [];
  const settings = of(sink.options);
  const known = sinkTopics.filter(({ topic, dataset }) => columnComplaints([topic], dataset).length === 0);
  const misfits = known.flatMap(
    ({ topic, dataset }) => sink.checkTopic?.(settings, datasetOf(topic, dataset), topic) ?? [],
  );
  return [
    ...(sink.check?.(settings) ?? []).map((text) => ({ about: text.split(/[ :]/, 1)[0]!, text })),
    ...misfits.map((text) => ({ about: text, text })),
  ];
}
