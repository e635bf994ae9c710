import { list, type Option, optionalText, type Settings } from '../../../core/option.ts';
import { span } from '../../../core/span-options.ts';
import type { Millis } from '../../../core/util/time.ts';
import { sources } from '../../../sources/index.ts';
import { KINDS, type Kind, kindsOf, type Source } from '../../../sources/source.ts';
import type { Operands } from '../../args/command.ts';
import { outputTopic } from '../../args/output-topic.ts';
import { didYouMean } from '../../args/suggest.ts';
import { maxRejects } from '../rejects.ts';
import { componentsOf } from '../stages.ts';

const registry: Readonly<Record<string, Source>> = sources;
export const sourceNames = Object.keys(registry);

export const sourceComponents = componentsOf('source', registry);

const namesOption = list(
  '--source',
  `<${sourceNames.join('|')}>`,
  'Sources to read (default: every live service that has keys).',
  [],
  knownSource,
);

function knownSource(name: string): string {
  if (Object.hasOwn(registry, name)) return name;
  throw new RangeError(
    `no source '${name}'${didYouMean(name, sourceNames) || `; choose from ${sourceNames.join(', ')}`}`,
  );
}

function topicOf(part: string): string {
  const [source, topic] = part.includes('=') ? part.split(/=(.*)/s) : ['', part];
  if (source !== '') knownSource(source!);
  return `${source}=${outputTopic(topic ?? '')}`;
}

const topicOption = list(
  '--topic',
  '<name>',
  "Topic to write instead of the source's own; may contain {coin}, {coin_name} or {tag}. With several sources: SOURCE=NAME.",
  [],
  topicOf,
);

/** Options of every command that reads sources. */
export const sourceOptions = {
  source: namesOption,
  topic: topicOption,
  keysFile: optionalText(
    '--keys-file',
    '<file>',
    'JSON file with API keys: consumer_key and consumer_secret, bearer_token, coinmarketcap_api_key.',
  ),
  runFor: {
    ...span('--for', 'Read live sources for this long, then finish as with --once.', 0, {
      min: 1000,
      max: 366 * 86_400_000,
    }),
    fallback: undefined,
    fallbackText: '',
  } satisfies Option<Millis | undefined>,
  maxRejects,
};
export type SourceSettings = Settings<typeof sourceOptions>;

/** `--file` means `--source file`, except with `--sample`. */
export const impliedSource = (isOnCommandLine: (flag: string) => boolean): Record<string, string> =>
  isOnCommandLine('--file') && !isOnCommandLine('--sample') ? { '--source': 'file' } : {};

export const kindOperand: Operands = {
  usage: '[tweets|prices]',
  noun: 'kind',
  least: 0,
  most: 1,
  allowed: KINDS,
};

/** The requested kinds; without an operand, all kinds of the source. */
export const requestedKinds = (source: Source, operands: readonly string[]): readonly Kind[] =>
  operands.length === 0 ? kindsOf(source) : KINDS.filter((kind) => operands.includes(kind));

/** The named sources, or the default ones of the requested kinds. */
export function candidates(named: readonly string[], operands: readonly string[]): readonly Source[] {
  if (named.length > 0) return named.map((name) => registry[name]!);
  return Object.values(registry).filter(
    (source) =>
      source.live?.isDefault === true &&
      kindsOf(source).some((kind) => requestedKinds(source, operands).includes(kind)),
  );
}

/** The components of these candidates. */
export function candidateComponents(named: readonly string[], operands: readonly string[]) {
  const names = candidates(named, operands).map(({ name }) => name);
  return sourceComponents.filter(({ name }) => names.includes(name));
}

/** The topic that replaces the source's own, if any. */
export const topicFor = ({ topic }: SourceSettings, { name }: Source): string | undefined => {
  const of = (source: string) =>
    topic.findLast((part) => part.startsWith(`${source}=`))?.slice(source.length + 1);
  return of(name) ?? of('');
};
