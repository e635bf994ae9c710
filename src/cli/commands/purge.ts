import { UserError } from '../../core/errors.ts';
import { list, type Options, type Settings, toggle } from '../../core/option.ts';
import type { NewRecord } from '../../core/stream/record.ts';
import { counted } from '../../core/text/numbers.ts';
import { topicName } from '../../core/text/topic-name.ts';
import type { Log } from '../../log/log.ts';
import { DATASETS, type DatasetName, isOfPosts } from '../../market/catalog/datasets.ts';
import { FEEDS, feedOf, topicsOf } from '../../market/catalog/feeds.ts';
import { sinks } from '../../sinks/index.ts';
import type { Selection, Sink } from '../../sinks/sink.ts';
import { type Call, type Complaint, defineCommand } from '../args/command.ts';
import { queryOptions } from '../args/common-options.ts';
import { withExistingBus } from '../pipeline/bus.ts';
import { INTERACTIVE_WAIT_MS, loggerFor, queryOpener } from '../pipeline/session.ts';
import { findSink, sinkComplaints, sinkComponents } from '../pipeline/sink-options.ts';
import { confirm } from '../process/confirm.ts';
import type { Io } from '../process/io.ts';
import { secretOf } from '../process/secrets.ts';
import { describeTopic } from './topics/name.ts';

const names = Object.entries(sinks as Readonly<Record<string, Sink>>)
  .filter(([, { purge }]) => purge !== undefined)
  .map(([name]) => name);
const components = sinkComponents
  .filter(({ name }) => names.includes(name))
  .map((component) => ({ ...component, options: findSink(component.name)?.purgeOptions ?? {} }));
/** The topic and dataset of posts from which tombstones spread to the others. */
const POSTS = 'tweets-processed';
const datasets = (Object.keys(DATASETS) as DatasetName[]).filter((name) => isOfPosts(DATASETS[name]));
const datasetOfPosts = (topic: string): DatasetName => feedOf(topic)?.dataset ?? POSTS;
const others = Object.keys(FEEDS).filter((topic) => {
  const name = feedOf(topic)?.dataset;
  return name !== undefined && !datasets.includes(name);
});
const topics = list(
  '--topics',
  '<names>',
  'Topics that contain the posts; for one sink, only if it stores topics separately.',
  topicsOf(POSTS),
  topicName,
);

const options = {
  ids: list('--id', '<ids>', 'Delete posts with these ids.'),
  authors: list('--author', '<authors>', 'Delete all posts of these authors, by id or handle; needs a sink.'),
  topics,
  dryRun: toggle('--dry-run', 'Show what would be deleted; change nothing.'),
  yes: toggle('--yes', 'Skip the confirmation.'),
  ...queryOptions,
};
type PurgeCall = Call<typeof options>;

const selectionOf = (ids: readonly string[], authors: readonly string[]): Selection => ({
  ids: new Set(ids),
  authors: new Set(authors.map((author) => author.replace(/^@/, '').toLowerCase())),
});

function check(call: PurgeCall): Complaint[] {
  const { ids, authors } = call.settings;
  const complaints: Complaint[] = [];
  const complain = (about: string, text: string) => complaints.push({ about, text });
  if (ids.length + authors.length === 0)
    complain('--id', 'missing --id or --author: name the posts to delete, or their authors');
  if (call.operands.length > 0) {
    for (const flag of ['--bus', '--kafka-option', '--app'].filter(call.isOnCommandLine))
      complain(flag, `${flag} has no effect on a single sink; omit the sink to purge every sink of the bus`);
    const [sink] = call.operands.map(findSink);
    if (call.isOnCommandLine('--topics') && sink?.keepsTopicsApart !== true)
      complain('--topics', `--topics has no effect on sink ${sink?.name}: it stores all posts in one table`);
    const sinkTopics = call.settings.topics.map((topic) => ({ topic, dataset: datasetOfPosts(topic) }));
    return [...complaints, ...sinkComplaints(call, sink, sinkTopics)];
  }
  if (authors.length > 0)
    complain(
      '--author',
      `--author needs a sink, since topics find posts by id only; name one of ${names.join(', ')}`,
    );
  for (const topic of call.settings.topics)
    if (others.includes(topic))
      complain(
        `--topics ${topic}`,
        `--topics: ${topic} has no posts that sinks store; name topics such as ${POSTS}`,
      );
  const flags = components.flatMap((one) => Object.values(one.options).map(({ flag }) => flag));
  for (const flag of new Set(flags))
    if (call.isOnCommandLine(flag)) complain(flag, `${flag} needs a sink; name one of ${names.join(', ')}`);
  return complaints;
}

/** False if the user was asked and declined. */
async function confirmed({ settings }: PurgeCall, io: Io, question: string): Promise<boolean> {
  if (settings.dryRun) return true;
  confirm('purge', 'delete the posts permanently', settings, io);
  return settings.yes || io.ask(question);
}

/** The datasets to purge in a sink, with their topics: those of `--topics`, or every table of posts. */
const partsOf = (sink: Sink, topics: readonly string[]) =>
  datasets
    .map((name) => ({ name, topics: topics.filter((topic) => datasetOfPosts(topic) === name) }))
    .filter((part) => sink.keepsTopicsApart !== true || part.topics.length > 0);

/** The sum of the counts of several tables. `mayLack`: throws UserError `usage` only if all are missing. */
async function purgeAll(
  steps: readonly (() => Promise<Readonly<Record<string, number>>>)[],
  mayLack: boolean,
): Promise<Readonly<Record<string, number>>> {
  const sums: Record<string, number> = {};
  let missing: UserError | undefined;
  for (const step of steps)
    try {
      for (const [name, count] of Object.entries(await step())) sums[name] = (sums[name] ?? 0) + count;
    } catch (error) {
      if (!(mayLack && error instanceof UserError && error.code === 'usage')) throw error;
      missing ??= error;
    }
  if (missing !== undefined && Object.keys(sums).length === 0) throw missing;
  return sums;
}

async function purgeSink(sink: Sink, { settings, of }: PurgeCall, io: Io): Promise<string> {
  const { ids, authors, dryRun } = settings;
  const { info, warn } = loggerFor(settings, io);
  const steps = partsOf(sink, settings.topics).map(({ name, topics }) => () => {
    const context = {
      topics,
      dataset: DATASETS[name],
      clock: io.clock,
      maxWaitMs: INTERACTIVE_WAIT_MS,
      secret: (secret: string) => secretOf(secret, io.env),
      info,
      warn,
      dryRun,
    };
    return sink.purge!(of(sink.options) as Settings<Options>, selectionOf(ids, authors), context);
  });
  const done = await purgeAll(steps, sink.keepsTopicsApart !== true);
  const parts = Object.entries(done).map(([name, count]) => counted(count, name.replace(/s$/, '')));
  return `${dryRun ? 'would delete' : 'deleted'} ${parts.join(' of ')}`;
}

const HEADERS = { schema: 'tweet-processed/1', source: 'purge' };

/** Tombstones for every partition of each topic: the partition of a post is unknown. */
const tombstonesOf = (ids: readonly string[], topics: readonly string[]): readonly NewRecord[] =>
  topics.flatMap((topic) =>
    ids.map((id) => ({ topic, partitionKey: null, key: id, value: null, headers: HEADERS })),
  );

/** Total number of partitions. Throws UserError `usage` for a missing topic. */
async function partitionsOf(log: Log, topics: readonly string[]): Promise<number> {
  const details = await Promise.all(topics.map((topic) => describeTopic(log, topic)));
  return details.reduce((sum, { partitions }) => sum + partitions, 0);
}

/** Those of `--topics`; by default all topics of posts that are there, for the stages between them may not run. */
async function purgedTopics(log: Log, { settings, isOnCommandLine }: PurgeCall): Promise<readonly string[]> {
  if (isOnCommandLine('--topics')) return settings.topics;
  const known = new Set((await log.topics()).map(({ name }) => name));
  const more = datasets.flatMap(topicsOf).filter((topic) => known.has(topic));
  return [...new Set([...settings.topics, ...more])];
}

function purgeBus(call: PurgeCall, io: Io): Promise<string> {
  const { settings } = call;
  const { ids, dryRun } = settings;
  return withExistingBus(settings, io, queryOpener(settings, io), async (log) => {
    const topics = await purgedTopics(log, call);
    const partitions = await partitionsOf(log, topics);
    if (!dryRun) await log.append(tombstonesOf(ids, topics));
    const count = counted(ids.length * partitions, 'tombstone');
    const where = `one for each id in every partition of ${topics.join(', ')}`;
    return `${dryRun ? 'would write' : 'wrote'} ${count}, ${where}; each sink deletes the posts when it reads them`;
  });
}

export const command = defineCommand({
  operands: { usage: `[${names.join('|')}]`, noun: 'sink', least: 0, most: 1, allowed: names },
  options,
  components,
  oneSink: 'word',
  chosen: ({ operands }) => components.filter(({ name }) => operands.includes(name)),
  check,
  examples: [
    'cryptopipe purge --id 1790000000000000001 --dry-run',
    'cryptopipe purge file --dir lake --id 1790000000000000001 --yes',
    'cryptopipe purge s3 --url s3://lake-house/crypto --author @somebody',
  ],
  async run(call, io) {
    const { ids, authors, topics } = call.settings;
    const sink = findSink(call.operands[0] ?? '');
    const what = [...ids, ...authors.map((author) => `all of ${author}`)].join(', ');
    const where = sink === undefined ? `every sink of ${topics.join(', ')}` : sink.name;
    if (!(await confirmed(call, io, `Permanently delete posts from ${where}: ${what}?`)))
      return io.out('nothing deleted\n');
    io.out(`${await (sink === undefined ? purgeBus(call, io) : purgeSink(sink, call, io))}\n`);
  },
});
