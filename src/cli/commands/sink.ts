import { list, type Option, type Options, optionalText, type Settings } from '../../core/option.ts';
import { counted } from '../../core/text/numbers.ts';
import { topicName } from '../../core/text/topic-name.ts';
import { datasetOf } from '../../market/catalog/dataset-of.ts';
import { DATASETS } from '../../market/catalog/datasets.ts';
import { FEEDS, feedOf } from '../../market/catalog/feeds.ts';
import { sinks } from '../../sinks/index.ts';
import type { Sink } from '../../sinks/sink.ts';
import { type Call, type Complaint, defineCommand } from '../args/command.ts';
import { app, group, share, shareComplaints, staged } from '../args/common-options.ts';
import { didYouMean } from '../args/suggest.ts';
import { withBus } from '../pipeline/bus.ts';
import { drive, loggerFor, patienceOf, stageOpener } from '../pipeline/session.ts';
import { componentsOf, type SinkTopic, sinkStages } from '../pipeline/stages.ts';

const registry: Readonly<Record<string, Sink>> = sinks;
export const sinkNames = Object.keys(registry);
const datasets = Object.keys(DATASETS);

export const sinkComponents = componentsOf('sink', registry);
export const sinkNamed = (name: string): Sink | undefined =>
  Object.hasOwn(registry, name) ? registry[name] : undefined;

const topics = list('--topics', '<names>', 'Topics to read (default: those of the sink).', [], topicName);

const dataset: Option<string | undefined> = {
  ...optionalText('--dataset', '<name>', `Columns of topics with custom names: ${datasets.join(', ')}.`),
  parse: (name) => {
    if (!datasets.includes(name))
      throw new RangeError(
        `no dataset '${name}'${didYouMean(name, datasets) || `; choose from ${datasets.join(', ')}`}`,
      );
    return name;
  },
};

/** Options of every command that writes to a sink. */
export const sinkOptions = { topics, dataset, group };

/** Complains about topics that need `--dataset`. */
export function withoutColumns(topics: readonly string[], given: string | undefined): Complaint[] {
  if (given !== undefined) return [];
  const known = Object.keys(FEEDS);
  return topics
    .filter((topic) => feedOf(topic)?.dataset === undefined)
    .map((topic) => ({
      about: `--topics ${topic}`,
      text: `--topics: unknown columns for '${topic}'${didYouMean(topic, known)}; set them with --dataset NAME`,
    }));
}

/** Complaints of the sink about its settings, in general and for each topic. */
export function sinkComplaints(
  { of }: Pick<Call<Options>, 'of'>,
  sink: Sink | undefined,
  landings: readonly SinkTopic[],
): Complaint[] {
  if (sink === undefined) return [];
  const settings = of(sink.options);
  const known = landings.filter(({ topic, dataset }) => withoutColumns([topic], dataset).length === 0);
  const misfits = known.flatMap(
    ({ topic, dataset }) => sink.checkTopic?.(settings, datasetOf(topic, dataset), topic) ?? [],
  );
  return [
    ...(sink.check?.(settings) ?? []).map((text) => ({ about: text.split(/[ :]/, 1)[0]!, text })),
    ...misfits.map((text) => ({ about: text, text })),
  ];
}

/** The topics of `--topics`, or the sink's own. */
const landingsOf = (
  { topics, dataset }: Settings<typeof sinkOptions>,
  sink: Sink | undefined,
): readonly SinkTopic[] =>
  (topics.length > 0 ? topics : (sink?.topics ?? [])).map((topic) => ({ topic, dataset }));

export const command = defineCommand({
  operands: { usage: `<${sinkNames.join('|')}>`, noun: 'sink', least: 1, most: 1, allowed: sinkNames },
  options: {
    ...sinkOptions,
    app,
    share,
    ...staged,
  },
  everyday: ['--dir', '--url', '--topics', '--once'],
  components: sinkComponents,
  oneSink: 'word',
  chosen: ({ operands }) => sinkComponents.filter(({ name }) => operands.includes(name)),
  check: (call) => [
    ...withoutColumns(call.settings.topics, call.settings.dataset),
    ...shareComplaints(call, call.settings.once),
    ...call.operands.flatMap((name) => {
      const sink = sinkNamed(name);
      return sinkComplaints(call, sink, landingsOf(call.settings, sink));
    }),
  ],
  examples: [],
  async run({ settings, operands, of }, io) {
    const sink = sinkNamed(operands[0]!)!;
    const logger = loggerFor(settings, io);
    const { once } = settings;
    await withBus(settings, io, stageOpener(settings, once, logger), async (log) => {
      const { group, app, share } = settings;
      const landings = landingsOf(settings, sink);
      const patienceMs = patienceOf(settings, once);
      const plan = { sink, settings: of(sink.options), landings, group, patienceMs };
      const stages = sinkStages(plan, { log, io, reporter: logger, app, exclusive: once && !share });
      const done = await drive(stages, { settings, io, logger, ending: once ? 'clock' : undefined });
      // The console sink prints data to stdout, so its summary goes to the log.
      if (!once) return;
      if (sink.name === 'console') logger.info(counted(done.in, 'record'));
      else io.out(`${JSON.stringify(done)}\n`);
    });
  },
});
