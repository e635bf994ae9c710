import type { Option, Options, Settings } from '../../core/option.ts';
import { allOptions, type Call, type CommandSpec, type Complaint, type Component } from './command.ts';
import { didYouMean, suggest } from './suggest.ts';
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

/** The text of an option from the source with the highest precedence, and that source; undefined if none has one. */
function find(option: Option<unknown>, { tokens, env, config }: RawSettings) {
  const texts = tokens.texts.get(option.flag);
  if (texts !== undefined) {
    const text = texts.includes(undefined)
      ? undefined
      : option.repeatable
        ? texts.join(separator(option))
        : texts.at(-1);
    return { where: option.flag, text };
  }
  const name = [envName(option.flag), ...option.env].find((candidate) => env[candidate]);
  if (name !== undefined) return { where: name, text: env[name] };
  const key = configKey(option.flag);
  if (Object.hasOwn(config, key))
    return { where: `'${key}' in the config file`, text: textOf(config[key], separator(option)) };
  return undefined;
}

/** The parsed value, or the parser's complaint in one line. */
function tryParse(parse: () => unknown, bounds = ''): { value: unknown } | { wrong: string } {
  try {
    return { value: parse() };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const { message } = error;
    return { wrong: message.includes(bounds) ? message : `${message} (allowed: ${bounds})` };
  }
}

function operandComplaints(spec: CommandSpec, operands: readonly string[]): Complaint[] {
  const { least = 0, most = 0, noun = 'word', usage = '', allowed, parse } = spec.operands ?? {};
  const complaints: Complaint[] = [];
  for (const word of operands.slice(most))
    complaints.push({ about: word, text: `unexpected argument '${word}'` });
  for (const word of operands.slice(0, most)) {
    if (allowed !== undefined && !allowed.includes(word)) {
      const hint = didYouMean(word, allowed) || `; choose from ${allowed.join(', ')}`;
      complaints.push({ about: word, text: `no ${noun} '${word}'${hint}` });
    } else if (parse !== undefined) {
      const outcome = tryParse(() => parse(word));
      if ('wrong' in outcome) complaints.push({ about: word, text: outcome.wrong });
    }
  }
  if (operands.length < least) complaints.push({ about: noun, text: `missing ${noun}: write ${usage}` });
  return complaints;
}

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
  const names = chooser ? [find(chooser, given)?.text ?? chooser.fallbackText] : given.tokens.operands;
  return components.filter(({ kind, name }) => kind === 'sink' && names.includes(name));
}

/** Values by flag; the default for an option that is missing or invalid. */
function valuesOf(options: Iterable<Option<unknown>>, given: RawSettings) {
  const values = new Map<string, unknown>();
  const complaints: Complaint[] = [];
  for (const option of options) {
    values.set(option.flag, option.fallback);
    const source = find(option, given);
    if (source === undefined) continue;
    const outcome = tryParse(() => {
      if (source.text === undefined)
        throw new RangeError(`needs a value: ${option.placeholder ?? 'true or false'}`);
      return option.parse(source.text);
    }, option.bounds);
    if ('value' in outcome) values.set(option.flag, outcome.value);
    else complaints.push({ about: option.flag, text: `${source.where}: ${outcome.wrong}` });
  }
  return { values, complaints };
}

/** The first of two steps: from texts to settings. Pure; collects all complaints. */
export function resolveSettings(
  spec: CommandSpec,
  given: RawSettings,
): { call: Call<Options>; complaints: Complaint[] } {
  const { tokens } = given;
  const all = allOptions(spec);
  const named = namedSinks(spec, all, given);
  const options = named.length === 0 ? all : new Map([...all, ...allOptions({ ...spec, components: named })]);
  const { values, complaints } = valuesOf(options.values(), given);
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
