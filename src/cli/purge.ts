import { list, type Options, type Settings, toggle } from '../core/option.ts';
import { datasetOf, isOfPosts } from '../market/datasets.ts';
import { sinks } from '../sinks/index.ts';
import type { Selection, Sink } from '../sinks/sink.ts';
import { defineCommand } from './command.ts';
import { requireConsent } from './consent.ts';
import { groupDigits } from './numbers.ts';
import { secretOf } from './secrets.ts';
import { LOOK_PATIENCE_MS, loggerFor } from './session.ts';
import { common } from './shared.ts';
import { sinkComplaints, sinkComponents, sinkNamed } from './sink.ts';

const names = Object.entries(sinks as Readonly<Record<string, Sink>>)
  .filter(([, { purge }]) => purge !== undefined)
  .map(([name]) => name);
const components = sinkComponents.filter(({ name }) => names.includes(name));

const selectionOf = (ids: readonly string[], authors: readonly string[]): Selection => ({
  ids: new Set(ids),
  authors: new Set(authors.map((author) => author.replace(/^@/, '').toLowerCase())),
});

export const command = defineCommand({
  operands: { usage: `<${names.join('|')}>`, noun: 'sink', least: 1, most: 1, allowed: names },
  options: {
    ids: list('--id', '<ids>', 'Posts by id.'),
    authors: list('--author', '<authors>', 'All posts of these authors, by id or handle.'),
    yes: toggle('--yes', 'Do not ask.'),
    config: common.config,
    log: common.log,
    quiet: common.quiet,
  },
  components,
  oneSink: 'word',
  chosen: ({ operands }) => components.filter(({ name }) => operands.includes(name)),
  check: (call) => [
    ...(call.settings.ids.length + call.settings.authors.length > 0
      ? []
      : [{ about: '--id', text: '--id, --author: name the posts that are to go, or their authors' }]),
    ...call.operands.flatMap((name) => sinkComplaints(call, sinkNamed(name))),
  ],
  examples: [
    'cryptopipe purge file --dir lake --id 1790000000000000001 --yes',
    'cryptopipe purge s3 --url s3://lake-house/crypto --author @somebody',
  ],
  async run({ settings, operands, of }, io) {
    const sink = sinkNamed(operands[0]!)!;
    const { ids, authors, yes } = settings;
    const what = [...ids, ...authors.map((author) => `all of ${author}`)].join(', ');
    requireConsent('purge', 'remove the posts for good', settings, io);
    if (!yes && !(await io.ask(`Remove posts for good from ${sink.name}: ${what}?`)))
      return io.out('nothing was removed\n');
    const { info, warn } = loggerFor(settings, io);
    const done: Record<string, number> = {};
    for (const topic of sink.topics) {
      const dataset = datasetOf(topic);
      if (!isOfPosts(dataset)) continue;
      const counts = await sink.purge!(of(sink.options) as Settings<Options>, selectionOf(ids, authors), {
        topic,
        dataset,
        clock: io.clock,
        patienceMs: LOOK_PATIENCE_MS,
        secret: (name) => secretOf(name, io.env),
        info,
        warn,
      });
      for (const [name, count] of Object.entries(counts)) done[name] = (done[name] ?? 0) + count;
    }
    const parts = Object.entries(done).map(([name, count]) => `${groupDigits(count)} ${name}`);
    io.out(`removed ${parts.join(' of ')}\n`);
  },
});
