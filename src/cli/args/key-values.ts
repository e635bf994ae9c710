import type { LinesOption, Option } from '../../core/option.ts';

/** The parts of a text whose values may hold commas (`cleanup.policy=delete,compact`). In the environment there is one line alone, where a comma parts what looks like `key=`. */
export const linesOf = (text: string): string[] =>
  text
    .split(/\n|,(?=\s*[\w.-]+=)/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** `key=value`, repeatable; the last of a key counts. What is not so may be a secret, and is not repeated. */
export function readPairs(lines: readonly string[], example: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, key, value] = /^([\w.-]+)=(.*)$/s.exec(line) ?? [];
      if (key === undefined || value === undefined)
        throw new RangeError(`a part of it is not key=value; write ${example}`);
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
