import { list, type Options, type Settings, toggle } from '../../core/option.ts';
import { counted } from '../../core/text/numbers.ts';
import { topicName } from '../../core/text/topic-name.ts';
import { DATASETS } from '../../market/catalog/datasets.ts';
import { FEEDS, feedOf, topicsOf } from '../../market/catalog/feeds.ts';
import { sinks } from '../../sinks/index.ts';
import type { Selection, Sink } from '../../sinks/sink.ts';
import { type Call, type Complaint, defineCommand } from '../args/command.ts';
import { looking } from '../args/common-options.ts';
import { withExistingBus } from '../pipeline/bus.ts';
import { LOOK_PATIENCE_MS, loggerFor, lookOpener } from '../pipeline/session.ts';
import { confirm } from '../process/confirm.ts';
import type { Io } from '../process/io.ts';
import { secretOf } from '../process/secrets.ts';
import { partitionsOf, tombstonesOf } from './purge-bus.ts';
import { sinkComplaints, sinkComponents, sinkNamed } from './sink.ts';

const names = Object.entries(sinks as Readonly<Record<string, Sink>>)
  .filter(([, { purge }]) => purge !== undefined)
  .map(([name]) => name);
const components = sinkComponents
  .filter(({ name }) => names.includes(name))
  .map((component) => ({ ...component, options: sinkNamed(component.name)?.purgeOptions ?? {} }));
/** The dataset of posts. */
const POSTS = 'tweets-processed';
const others = Object.keys(FEEDS).filter((topic) => ![undefined, POSTS].includes(feedOf(topic)?.dataset));
const topics = list(
  '--topics',
  '<names>',
  'The topics that the posts are in; of sinks for those that keep topics apart.',
  topicsOf(POSTS),
  topicName,
);

const options = {
  ids: list('--id', '<ids>', 'Posts by id.'),
  authors: list('--author', '<authors>', 'All posts of these authors, by id or handle; of a sink.'),
  topics,
  dryRun: toggle('--dry-run', 'Say what would go, and change nothing.'),
  yes: toggle('--yes', 'Do not ask.'),
  ...looking,
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
    complain('--id', '--id, --author: name the posts that are to go, or their authors');
  if (call.operands.length > 0) {
    for (const flag of ['--bus', '--kafka-option', '--app'].filter(call.typed))
      complain(flag, `${flag} has no effect on one sink; without its name, all that read the bus are told`);
    const [sink] = call.operands.map(sinkNamed);
    if (call.typed('--topics') && sink?.keepsTopicsApart !== true)
      complain('--topics', `--topics has no effect on sink ${sink?.name}: all posts are in one table`);
    const landings = call.settings.topics.map((topic) => ({ topic, dataset: POSTS }));
    return [...complaints, ...sinkComplaints(call, sink, landings)];
  }
  if (authors.length > 0)
    complain('--author', `--author: topics know posts by id alone; name the sink: ${names.join(', ')}`);
  for (const topic of call.settings.topics)
    if (others.includes(topic))
      complain(`--topics ${topic}`, `--topics: ${topic} has no posts of sinks; name topics such as ${POSTS}`);
  const flags = components.flatMap((one) => Object.values(one.options).map(({ flag }) => flag));
  for (const flag of new Set(flags))
    if (call.typed(flag)) complain(flag, `${flag} belongs to a sink; name it: ${names.join(', ')}`);
  return complaints;
}

/** False when somebody was asked and said no. */
async function agreed({ settings }: PurgeCall, io: Io, question: string): Promise<boolean> {
  if (settings.dryRun) return true;
  confirm('purge', 'remove the posts for good', settings, io);
  return settings.yes || io.ask(question);
}

async function purgeSink(sink: Sink, { settings, of }: PurgeCall, io: Io): Promise<string> {
  const { ids, authors, dryRun } = settings;
  const { info, warn } = loggerFor(settings, io);
  const done = await sink.purge!(of(sink.options) as Settings<Options>, selectionOf(ids, authors), {
    topics: settings.topics,
    dataset: DATASETS[POSTS],
    clock: io.clock,
    patienceMs: LOOK_PATIENCE_MS,
    secret: (name) => secretOf(name, io.env),
    info,
    warn,
    dryRun,
  });
  const parts = Object.entries(done).map(([name, count]) => counted(count, name.replace(/s$/, '')));
  return `${dryRun ? 'would remove' : 'removed'} ${parts.join(' of ')}`;
}

function purgeBus({ settings }: PurgeCall, io: Io): Promise<string> {
  const { ids, dryRun } = settings;
  return withExistingBus(settings, io, lookOpener(settings, io), async (log) => {
    const partitions = await partitionsOf(log, settings.topics);
    if (!dryRun) await log.append(tombstonesOf(ids, settings.topics));
    const count = counted(ids.length * partitions, 'tombstone');
    const where = `one for each id in every partition of ${settings.topics.join(', ')}`;
    return `${dryRun ? 'would write' : 'wrote'} ${count}, ${where}; sinks that read on remove the posts`;
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
    const sink = sinkNamed(call.operands[0] ?? '');
    const what = [...ids, ...authors.map((author) => `all of ${author}`)].join(', ');
    const where = sink === undefined ? `every sink of ${topics.join(', ')}` : sink.name;
    if (!(await agreed(call, io, `Remove posts for good from ${where}: ${what}?`)))
      return io.out('nothing was removed\n');
    io.out(`${await (sink === undefined ? purgeBus(call, io) : purgeSink(sink, call, io))}\n`);
  },
});
