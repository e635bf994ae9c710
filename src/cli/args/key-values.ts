import type { LinesOption, Option } from '../../core/option.ts';

/**
 * Splits a text of pairs whose values may contain commas (`cleanup.policy=delete,compact`). A comma separates pairs only
 * before `key=`: an environment variable is a single line.
 */
export const linesOf = (text: string): string[] =>
  text
    .split(/\n|,(?=\s*[\w.-]+=)/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Parses `key=value` lines; the last value of a key wins. The error never quotes a bad line: it may be a secret. */
export function readPairs(lines: readonly string[], example: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, key, value] = /^([\w.-]+)=(.*)$/s.exec(line) ?? [];
      if (key === undefined || value === undefined)
        throw new RangeError(`a part is not key=value; write for example ${example}`);
      return [key, value];
    }),
  );
}

export function keyValues(
  flag: Option<unknown>['flag'],
  help: string,
): LinesOption<Readonly<Record<string, string>>> {
  return {
    flag,
    placeholder: '<key=value>',
    help,
    fallback: {},
    fallbackText: '',
    env: [],
    repeatable: true,
    lines: true,
    parse: (text) => readPairs(linesOf(text), 'linger=20ms'),
  };
}
