import { list, type Option, optionalText, type Settings, span } from '../../../core/option.ts';
import type { Millis } from '../../../core/util/time.ts';
import { sources } from '../../../sources/index.ts';
import { KINDS, type Kind, kindsOf, type Source } from '../../../sources/source.ts';
import type { Operands } from '../../args/command.ts';
import { didYouMean } from '../../args/suggest.ts';
import { topicTemplate } from '../../args/topic-template.ts';
import { componentsOf } from '../stages.ts';

const registry: Readonly<Record<string, Source>> = sources;
export const sourceNames = Object.keys(registry);

export const sourceComponents = componentsOf('source', registry);

const namesOption = list(
  '--source',
  `<${sourceNames.join('|')}>`,
  'Where to read from; without it every live service that has its keys.',
  [],
  knownSource,
);

function knownSource(name: string): string {
  if (Object.hasOwn(registry, name)) return name;
  throw new RangeError(
    `no source '${name}'${didYouMean(name, sourceNames) || `; there are ${sourceNames.join(', ')}`}`,
  );
}

function topicOf(part: string): string {
  const [source, topic] = part.includes('=') ? part.split(/=(.*)/s) : ['', part];
  if (source !== '') knownSource(source!);
  return `${source}=${topicTemplate(topic ?? '')}`;
}

const topicOption = list(
  '--topic',
  '<name>',
  "Write to this topic instead of the source's own; may hold {coin}, {coin_name} or {tag}. SOURCE=NAME for one of several.",
  [],
  topicOf,
);

/** What every command that reads sources takes. */
export const sourceOptions = {
  source: namesOption,
  topic: topicOption,
  keysFile: optionalText(
    '--keys-file',
    '<file>',
    'JSON object with keys of services: consumer_key and consumer_secret, bearer_token, coinmarketcap_api_key.',
  ),
  runFor: {
    ...span('--for', 'Read live sources for so long, then end as after --once.', 0, {
      min: 1000,
      max: 366 * 86_400_000,
    }),
    fallback: undefined,
    fallbackText: '',
  } satisfies Option<Millis | undefined>,
};
export type SourceSettings = Settings<typeof sourceOptions>;

export const kindOperand: Operands = {
  usage: '[tweets|prices]',
  noun: 'kind',
  least: 0,
  most: 1,
  allowed: KINDS,
};

/** The kinds asked for; without a word all that the source has. */
export const kindsAsked = (source: Source, operands: readonly string[]): readonly Kind[] =>
  operands.length === 0 ? kindsOf(source) : KINDS.filter((kind) => operands.includes(kind));

/** Sources that may be meant: those named, or the live ones of the kinds asked for. */
export function candidates(named: readonly string[], operands: readonly string[]): readonly Source[] {
  if (named.length > 0) return named.map((name) => registry[name]!);
  return Object.values(registry).filter(
    (source) =>
      source.live !== undefined &&
      kindsOf(source).some((kind) => kindsAsked(source, operands).includes(kind)),
  );
}

/** What those declare: their flags are taken. */
export function componentsMeant(named: readonly string[], operands: readonly string[]) {
  const meant = candidates(named, operands).map(({ name }) => name);
  return sourceComponents.filter(({ name }) => meant.includes(name));
}

/** Another topic than the source's own. */
export const topicFor = ({ topic }: SourceSettings, { name }: Source): string | undefined => {
  const of = (source: string) =>
    topic.findLast((part) => part.startsWith(`${source}=`))?.slice(source.length + 1);
  return of(name) ?? of('');
};
