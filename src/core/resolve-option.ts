import type { Option } from './option.ts';

/** The text of an option as found, and where: `--window`, `CRYPTOPIPE_WINDOW`, `'window' in the config file`. */
export interface OptionText {
  /** Undefined if the option is named without a value. */
  readonly text: string | undefined;
  readonly where: string;
  readonly from: 'flag' | 'query' | 'env' | 'config';
}

/** One place that has texts of options; undefined for an option that it does not set. */
export type OptionSource = (option: Option<unknown>) => OptionText | undefined;

/** The environment: the option's own name, then those that users of a service expect. Empty variables do not count. */
export const envSource =
  (
    env: Readonly<Record<string, string | undefined>>,
    nameOf: (option: Option<unknown>) => string,
  ): OptionSource =>
  (option) => {
    const name = [nameOf(option), ...option.env].find((candidate) => env[candidate]);
    return name === undefined ? undefined : { where: name, text: env[name], from: 'env' };
  };

/** The text from the first source that has one; `sources` in order of precedence. */
export function findOption(
  option: Option<unknown>,
  sources: readonly OptionSource[],
): OptionText | undefined {
  for (const source of sources) {
    const found = source(option);
    if (found !== undefined) return found;
  }
  return undefined;
}

export type Parsed = { readonly value: unknown } | { readonly wrong: string };

/** The parsed value, or what is wrong in one line: the parser's message, with the option's bounds if it does not name them. */
export function tryParse(parse: () => unknown, bounds = ''): Parsed {
  try {
    return { value: parse() };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const { message } = error;
    const isNamed = bounds.split(' to ').every((end) => message.includes(end));
    return { wrong: isNamed ? message : `${message} (allowed: ${bounds})` };
  }
}

/** The value of a found text. */
export const parseOption = (option: Option<unknown>, { text }: OptionText): Parsed =>
  tryParse(() => {
    if (text === undefined) throw new RangeError(`needs a value: ${option.placeholder ?? 'true or false'}`);
    return option.parse(text);
  }, option.bounds);
