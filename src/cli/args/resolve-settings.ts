import type { Option, Options, Settings } from '../../core/option.ts';
import {
  envSource,
  findOption,
  type OptionSource,
  parseOption,
  tryParse,
} from '../../core/resolve-option.ts';
import { allOptions, type Call, type CommandSpec, type Complaint, type Component } from './command.ts';
import { didYouMean, suggest, unknownName } from './suggest.ts';
import type { CommandTokens } from './tokenize.ts';

/** Where settings come from, in order of precedence. */
export interface RawSettings {
  readonly tokens: CommandTokens;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The config file's object: flag names without dashes as keys. */
  readonly config: Readonly<Record<string, unknown>>;
}

export const envName = (flag: string): string =>
  `CRYPTOPIPE_${flag.slice(2).toUpperCase().replaceAll('-', '_')}`;
export const configKey = (flag: string): string => flag.slice(2);

/** Separates the occurrences of a repeatable option. */
const separator = (option: Option<unknown>): string => ('lines' in option ? '\n' : ',');

/** A config value as a user would type it; undefined for other JSON values. */
function textOf(value: unknown, separator: string): string | undefined {
  if (Array.isArray(value)) return value.map(String).join(separator);
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

/** The command line, the environment and the config file, in order of precedence. */
function sourcesOf({ tokens, env, config }: RawSettings): readonly OptionSource[] {
  const flags: OptionSource = (option) => {
    const texts = tokens.texts.get(option.flag);
    if (texts === undefined) return undefined;
    const joined = option.repeatable ? texts.join(separator(option)) : texts.at(-1);
    return { where: option.flag, text: texts.includes(undefined) ? undefined : joined, from: 'flag' };
  };
  const file: OptionSource = (option) => {
    const key = configKey(option.flag);
    if (!Object.hasOwn(config, key)) return undefined;
    const text = textOf(config[key], separator(option));
    return { where: `'${key}' in the config file`, text, from: 'config' };
  };
  return [flags, envSource(env, ({ flag }) => envName(flag)), file];
}

function operandComplaints(spec: CommandSpec, operands: readonly string[]): Complaint[] {
  const { least = 0, most = 0, noun = 'word', usage = '', allowed, parse } = spec.operands ?? {};
  const complaints: Complaint[] = [];
  for (const word of operands.slice(most))
    complaints.push({ about: word, text: `unexpected argument '${word}'` });
  for (const word of operands.slice(0, most)) {
    if (allowed !== undefined && !allowed.includes(word))
      complaints.push({ about: word, text: unknownName(noun, word, allowed) });
    else if (parse !== undefined) {
      const outcome = tryParse(() => parse(word));
      if ('wrong' in outcome) complaints.push({ about: word, text: outcome.wrong });
    }
  }
  if (operands.length < least) complaints.push({ about: noun, text: `missing ${noun}: write ${usage}` });
  return complaints;
}

/** A value for a message, without what may be a password. */
const shown = (text: string): string => `'${text.replace(/^.*@/s, '***@').replace(/\?.*=.*$/s, '?***')}'`;

/** Complaints about flags with a single value that are given several times. A switch may be repeated. */
function repeatComplaints(options: Iterable<Option<unknown>>, { texts }: CommandTokens): Complaint[] {
  return [...options].flatMap(({ flag, placeholder, repeatable }) => {
    const all = texts.get(flag) ?? [];
    if (repeatable || placeholder === undefined || all.length < 2) return [];
    const times = all.length === 2 ? 'twice' : `${all.length} times`;
    const values = all.map((text) => (text === undefined ? 'nothing' : shown(text)));
    const text = `${flag} is given ${times}, with ${formatList(values)}, but takes one value; keep one of them`;
    return [{ about: flag, text }];
  });
}

const formatList = (parts: readonly string[]): string =>
  `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** Complaints about flags of components that this call does not use. */
function unusedFlagComplaints(spec: CommandSpec, call: Call<Options>): Complaint[] {
  if (spec.chosen === undefined) return [];
  const chosen = spec.chosen(call);
  if (chosen.length === 0) return [];
  const own = allOptions({ ...spec, components: chosen });
  return [...allOptions(spec).keys()]
    .filter((flag) => call.isOnCommandLine(flag) && !own.has(flag))
    .map((flag) => {
      const components = spec.components.filter((component) =>
        Object.values(component.options).some((option) => option.flag === flag),
      );
      const text = `${flag} has no effect here; it is a flag of ${components.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`;
      return { about: flag, text };
    });
}

/** The sinks that the command line names, for a command that uses a single sink. */
function namedSinks(
  { oneSink, components }: CommandSpec,
  all: ReadonlyMap<string, Option<unknown>>,
  given: RawSettings,
): readonly Component[] {
  if (oneSink === undefined) return [];
  const chooser = all.get(oneSink);
  const names = chooser
    ? [findOption(chooser, sourcesOf(given))?.text ?? chooser.fallbackText]
    : given.tokens.operands;
  return components.filter(({ kind, name }) => kind === 'sink' && names.includes(name));
}

/** Values by flag; the default for an option that is missing or invalid. */
function valuesOf(options: Iterable<Option<unknown>>, given: RawSettings) {
  const values = new Map<string, unknown>();
  const complaints: Complaint[] = [];
  const sources = sourcesOf(given);
  for (const option of options) {
    values.set(option.flag, option.fallback);
    const found = findOption(option, sources);
    if (found === undefined) continue;
    const parsed = parseOption(option, found);
    if ('value' in parsed) values.set(option.flag, parsed.value);
    else complaints.push({ about: option.flag, text: `${found.where}: ${parsed.wrong}` });
  }
  return { values, complaints };
}

/** The command line with the flags that its other flags imply. */
function withImplied({ implied }: CommandSpec, tokens: CommandTokens): CommandTokens {
  const more = implied?.((flag) => tokens.texts.has(flag)) ?? {};
  const texts = new Map(tokens.texts);
  for (const [flag, text] of Object.entries(more)) if (!texts.has(flag)) texts.set(flag, [text]);
  return { ...tokens, texts };
}

/** The first of two steps: from texts to settings. Pure; collects all complaints. */
export function resolveSettings(
  spec: CommandSpec,
  given: RawSettings,
): { call: Call<Options>; complaints: Complaint[] } {
  const tokens = withImplied(spec, given.tokens);
  const raw = { ...given, tokens };
  const all = allOptions(spec);
  const named = namedSinks(spec, all, raw);
  const options = named.length === 0 ? all : new Map([...all, ...allOptions({ ...spec, components: named })]);
  const { values, complaints } = valuesOf(options.values(), raw);
  const of = <C extends Options>(wanted: C, fixed: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(wanted).map(([name, option]) => {
        const text = fixed[option.flag];
        if (text !== undefined) return [name, option.parse(text)];
        return [name, values.has(option.flag) ? values.get(option.flag) : option.fallback];
      }),
    ) as Settings<C>;
  const call: Call<Options> = {
    settings: of(spec.options),
    operands: tokens.operands,
    isOnCommandLine: (flag) => tokens.texts.has(flag),
    of,
  };
  const found = [
    ...repeatComplaints(options.values(), tokens),
    ...tokens.unknown.map((flag) => ({
      about: suggest(flag, options.keys()) ?? flag,
      text: `unknown flag ${flag}${didYouMean(flag, options.keys())}`,
    })),
    ...complaints,
    ...operandComplaints(spec, tokens.operands),
    ...unusedFlagComplaints(spec, call),
    ...(spec.check?.(call) ?? []),
  ];
  const first = new Map(found.toReversed().map((complaint) => [complaint.about, complaint]));
  return { call, complaints: found.filter((complaint) => first.get(complaint.about) === complaint) };
}
