import { list, type Option, type Options, optionalText, type Settings } from '../../../core/option.ts';
import { span } from '../../../core/span-options.ts';
import { DAY, type Millis } from '../../../core/util/time.ts';
import { sources } from '../../../sources/index.ts';
import { KINDS, type Kind, kindsOf, type Source } from '../../../sources/source.ts';
import type { Operands } from '../../args/command.ts';
import { outputTopic } from '../../args/output-topic.ts';
import { oneOfNames } from '../../args/suggest.ts';
import { maxRejects } from '../rejects.ts';
import { componentsOf } from '../stages.ts';

const registry: Readonly<Record<string, Source>> = sources;
export const sourceNames = Object.keys(registry);
const knownSource = oneOfNames('source', sourceNames);

export const sourceComponents = componentsOf('source', registry);

const namesOption = list(
  '--source',
  '<names>',
  `Sources to read: ${sourceNames.join(', ')} (default: the live services that need no key, and those that have theirs).`,
  [],
  knownSource,
);

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
      max: 366 * DAY,
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

const readsAnyOf = (source: Source, operands: readonly string[]): boolean =>
  kindsOf(source).some((kind) => requestedKinds(source, operands).includes(kind));

/** The part of a command's call that decides which sources it reads. */
export interface SourceChoice {
  readonly settings: { readonly source: readonly string[] };
  readonly operands: readonly string[];
  readonly isOnCommandLine: (flag: string) => boolean;
}

/** Flags that no other source has. */
function ownFlags({ name, options }: Source): readonly string[] {
  const others = Object.values(registry).filter((other) => other.name !== name);
  const flagsOf = (options: Options): string[] => Object.values(options).map(({ flag }) => flag);
  const shared = new Set(others.flatMap((other) => flagsOf(other.options)));
  return flagsOf(options).filter((flag) => !shared.has(flag));
}

/** The live sources of the requested kinds, and whether each is read by default. */
const liveSources = ({ operands, isOnCommandLine }: SourceChoice) =>
  Object.values(registry)
    .filter((source) => source.live !== undefined && readsAnyOf(source, operands))
    .map((source) => ({
      source,
      isRead: source.live!.onlyFor === undefined || ownFlags(source).some(isOnCommandLine),
    }));

/** The named sources; else those that are read by default, and those whose own flags are given. */
export function candidates(choice: SourceChoice): readonly Source[] {
  const named = choice.settings.source;
  if (named.length > 0) return named.map((name) => registry[name]!);
  return liveSources(choice)
    .filter(({ isRead }) => isRead)
    .map(({ source }) => source);
}

/** The live sources of the requested kinds that this call does not read because they are read on request. */
export const liveOnRequest = (choice: SourceChoice): readonly Source[] =>
  liveSources(choice)
    .filter(({ isRead }) => !isRead)
    .map(({ source }) => source);

/** The components of these candidates. */
export function candidateComponents(choice: SourceChoice) {
  const names = candidates(choice).map(({ name }) => name);
  return sourceComponents.filter(({ name }) => names.includes(name));
}

/** The topic that replaces the source's own, if any. */
export const topicFor = ({ topic }: SourceSettings, { name }: Source): string | undefined => {
  const of = (source: string) =>
    topic.findLast((part) => part.startsWith(`${source}=`))?.slice(source.length + 1);
  return of(name) ?? of('');
};
