import { type Option, optionalText } from '../core/option.ts';
import { KAFKA_OPTIONS } from '../log/kafka/options.ts';
import { sourceStage } from '../runtime/source-stage.ts';
import { sources } from '../sources/index.ts';
import type { Source } from '../sources/source.ts';
import { withBus } from './bus.ts';
import { type Call, type Complaint, defineCommand, type Operands } from './command.ts';
import { drive, loggerFor, stageOpener } from './session.ts';
import { app, staged } from './shared.ts';
import { componentsOf } from './stages.ts';
import { didYouMean } from './suggest.ts';
import { sourceSurroundings } from './surroundings.ts';
import { topicTemplate } from './topic-name.ts';

type Kind = 'tweets' | 'prices';
const KINDS: readonly Kind[] = ['tweets', 'prices'];
const registry: Readonly<Record<string, Source>> = sources;
const names = Object.keys(registry);

/** Also an option of `run`. */
export const sourceOption: Option<string | undefined> = {
  ...optionalText('--source', `<${names.join('|')}>`, 'Where to read from; needed.'),
  parse: (name) => {
    if (!Object.hasOwn(registry, name))
      throw new RangeError(
        `no source '${name}'${didYouMean(name, names) || `; there are ${names.join(', ')}`}`,
      );
    return name;
  },
};

export const sourceComponents = componentsOf('source', registry);

export const sourceNamed = (name: string | undefined): Source | undefined =>
  name === undefined ? undefined : registry[name];

/** The kinds asked for; without a word all that the source has. */
export const kindsOf = (source: Source, operands: readonly string[]): readonly Kind[] =>
  operands.length === 0 ? source.kinds : KINDS.filter((kind) => operands.includes(kind));

export const kindOperand: Operands = {
  usage: '[tweets|prices]',
  noun: 'kind',
  least: 0,
  most: 1,
  allowed: KINDS,
};

/** What is wrong with the choice of a source and its settings. */
export function checkSource(
  call: Pick<Call<{ source: typeof sourceOption }>, 'settings' | 'of'>,
  operands: readonly string[],
): Complaint[] {
  const source = sourceNamed(call.settings.source);
  if (source === undefined)
    return [
      { about: '--source', text: `--source is missing: write --source ${names.join(' or --source ')}` },
    ];
  const missing = operands.filter(
    (kind) => KINDS.includes(kind as Kind) && !source.kinds.includes(kind as Kind),
  );
  const complaints = missing.map((kind) => ({
    about: kind,
    text: `source ${source.name} has no ${kind}; it has ${source.kinds.join(' and ')}`,
  }));
  const texts = source.check?.(call.of(source.options), kindsOf(source, operands)) ?? [];
  return [...complaints, ...texts.map((text) => ({ about: text, text }))];
}

export const command = defineCommand({
  operands: kindOperand,
  options: {
    source: sourceOption,
    topic: {
      ...optionalText(
        '--topic',
        '<name>',
        "Write to this topic instead of the source's own; may hold {coin}.",
      ),
      parse: topicTemplate,
    } satisfies Option<string | undefined>,
    linger: {
      ...KAFKA_OPTIONS.linger,
      help: 'On Kafka: how long a small write waits for company (default: 5ms).',
      fallback: undefined,
      fallbackText: '',
    } satisfies Option<number | undefined>,
    app: { ...app, help: 'On Kafka: names the places reached in sources; another name reads them afresh.' },
    ...staged,
  },
  components: sourceComponents,
  chosen: ({ settings }) => sourceComponents.filter(({ name }) => name === settings.source),
  check: (call) => checkSource(call, call.operands),
  examples: [],
  async run({ settings, operands, of }, io) {
    const source = sourceNamed(settings.source)!;
    const logger = loggerFor(settings, io);
    const opener = stageOpener(settings, settings.once, logger);
    await withBus(settings, io, opener, async (log) => {
      const stage = sourceStage({
        log,
        source,
        settings: of(source.options),
        kinds: kindsOf(source, operands),
        topic: settings.topic,
        clock: io.clock,
        reporter: logger,
        surroundings: sourceSurroundings(io, settings.once),
      });
      const ending = settings.once ? 'clock' : undefined;
      const done = await drive([stage], { settings, io, logger, ending, ended: stage.ended });
      if (settings.once) io.out(`${JSON.stringify(done)}\n`);
      else logger.info(`${stage.stats.out} records written, ${stage.stats.rejected} rejected`);
    });
  },
});
