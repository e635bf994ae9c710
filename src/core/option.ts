import { localPath } from './text/local-path.ts';
import { formatSize, parseSize } from './text/size.ts';

/** A setting as data. Parser, help, completion, environment name and documentation derive from it. */
export interface Option<T> {
  /** `--window`; also gives the environment name `CRYPTOPIPE_WINDOW` and the config key `window`. */
  readonly flag: `--${string}`;
  /** `<spans>`; absent for a switch. */
  readonly placeholder?: string;
  readonly help: string;
  readonly fallback: T;
  /** The fallback as a user would type it; empty if there is nothing to show. */
  readonly fallbackText: string;
  /** The allowed range, for the help. */
  readonly bounds?: string;
  /** Further environment names, those that users of a service expect. */
  readonly env: readonly string[];
  /** The flag may be repeated; its occurrences form one comma list. */
  readonly repeatable: boolean;
  /** Throws RangeError whose message says what is allowed. */
  readonly parse: (text: string) => T;
}

/** An option whose text may contain commas: its parser gets one occurrence per line instead of a comma list. */
export interface LinesOption<T> extends Option<T> {
  readonly lines: true;
}

export type Options = Readonly<Record<string, Option<unknown>>>;
export type Settings<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

type Extras = { readonly env?: readonly string[] };
export type Flag = `--${string}`;

/** An option from its parts. */
export const option = <T>(
  flag: Flag,
  placeholder: string,
  help: string,
  fallback: T,
  fallbackText: string,
  parse: (text: string) => T,
  extras: Extras & { bounds?: string; repeatable?: boolean } = {},
): Option<T> => ({
  flag,
  placeholder,
  help,
  fallback,
  fallbackText,
  parse,
  repeatable: false,
  env: [],
  ...extras,
});

/** A switch: true if present; `true` or `false` in the environment or a config file. */
export function toggle(flag: Flag, help: string): Option<boolean> {
  const parse = (text: string): boolean => {
    if (text === 'true' || text === '1') return true;
    if (text === 'false' || text === '0') return false;
    throw new RangeError(`'${text}' is neither true nor false`);
  };
  return { flag, help, fallback: false, fallbackText: '', env: [], repeatable: false, parse };
}

export function text(flag: Flag, placeholder: string, help: string, fallback: string, extras?: Extras) {
  return option(flag, placeholder, help, fallback, fallback, (value) => value, extras);
}

/** A text without a default. */
export function optionalText(flag: Flag, placeholder: string, help: string, extras?: Extras) {
  return option<string | undefined>(flag, placeholder, help, undefined, '', (value) => value, extras);
}

/** A path on this machine, read by `localPath`. */
export function path(flag: Flag, placeholder: string, help: string, fallback: string, forBucket?: string) {
  return option(flag, placeholder, help, fallback, fallback, (value) => localPath(value, forBucket));
}

/** A path without a default. */
export function optionalPath(flag: Flag, placeholder: string, help: string) {
  return option<string | undefined>(flag, placeholder, help, undefined, '', (value) => localPath(value));
}

export function choice<T extends string>(flag: Flag, allowed: readonly T[], help: string, fallback: T) {
  return option<T>(flag, `<${allowed.join('|')}>`, help, fallback, fallback, (value) => {
    if (!allowed.includes(value as T)) throw new RangeError(`'${value}' is not one of ${allowed.join(', ')}`);
    return value as T;
  });
}

/** A comma list; the flag may also be repeated. `read` normalizes a part or throws RangeError. */
export function list(
  flag: Flag,
  placeholder: string,
  help: string,
  fallback: readonly string[] = [],
  read: (part: string) => string = (part) => part,
) {
  return listOf(flag, placeholder, help, fallback, read, fallback.join(','));
}

/** A comma list of any parts; `parsePart` throws RangeError. */
export function listOf<T>(
  flag: Flag,
  placeholder: string,
  help: string,
  fallback: readonly T[],
  parsePart: (part: string) => T,
  fallbackText: string,
) {
  const parse = (value: string): readonly T[] => {
    const parts = value.split(',').map((part) => part.trim());
    const filled = parts.filter((part) => part !== '');
    if (filled.length === 0) throw new RangeError('the list is empty');
    return [...new Set(filled.map(parsePart))];
  };
  return option<readonly T[]>(flag, placeholder, help, fallback, fallbackText, parse, { repeatable: true });
}

/** Texts that may contain commas, such as paths: one each time that the flag is given. */
export function lines(flag: Flag, placeholder: string, help: string): LinesOption<readonly string[]> {
  const parse = (value: string): readonly string[] => {
    const filled = value.split('\n').filter((line) => line !== '');
    if (filled.length === 0) throw new RangeError('the text is empty');
    return [...new Set(filled)];
  };
  return {
    ...option<readonly string[]>(flag, placeholder, help, [], '', parse, { repeatable: true }),
    lines: true,
  };
}

export function integer(
  flag: Flag,
  placeholder: string,
  help: string,
  fallback: number,
  range: { min: number; max: number },
) {
  const bounds = `${range.min} to ${range.max}`;
  const parse = (value: string): number => {
    const count = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(count >= range.min && count <= range.max))
      throw new RangeError(`'${value}' is not a whole number from ${bounds}`);
    return count;
  };
  return option(flag, placeholder, help, fallback, String(fallback), parse, { bounds });
}

export function bytes(flag: Flag, help: string, fallback: number, range: { min: number; max: number }) {
  const bounds = `${formatSize(range.min)} to ${formatSize(range.max)}`;
  const parse = (value: string): number => {
    const size = parseSize(value);
    if (!(size >= range.min && size <= range.max))
      throw new RangeError(`'${value}' is not a size from ${bounds}; write 64MB`);
    return size;
  };
  return option(flag, '<size>', help, fallback, formatSize(fallback), parse, { bounds });
}

/** `time=unix,open=2`: a text for each name. */
export function textByName(flag: Flag, placeholder: string, help: string) {
  const parse = (value: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      value.split(',').map((part) => {
        const [name = '', given = ''] = part.split(/=(.*)/s).map((text) => text.trim());
        if (name === '' || given === '') throw new RangeError(`'${part}' is not name=text; write time=unix`);
        return [name, given];
      }),
    );
  return option<Readonly<Record<string, string>>>(flag, placeholder, help, {}, '', parse, {
    repeatable: true,
  });
}
