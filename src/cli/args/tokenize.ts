import { Command, Option as CommanderOption } from 'commander';
import type { Option } from '../../core/option.ts';
import { suggest } from './suggest.ts';

/** A command line split into flags and operands, not yet validated. */
export interface CommandTokens {
  /** Texts by flag, in order; undefined for a flag that lacks its text. A bare switch is `true`. */
  readonly texts: ReadonlyMap<string, readonly (string | undefined)[]>;
  readonly operands: readonly string[];
  readonly unknown: readonly string[];
}

const isFlag = (word: string): boolean => word.length > 1 && word.startsWith('-');

/** Joins `--lateness -5s` into one argument: a dash before a digit starts a value, not a flag. */
function withNegatives(options: ReadonlyMap<string, Option<unknown>>, argv: readonly string[]): string[] {
  const words: string[] = [];
  for (const word of argv) {
    const before = words.at(-1) ?? '';
    const isText = /^-\.?\d/.test(word) && options.get(before)?.placeholder !== undefined;
    if (isText && !words.includes('--')) words[words.length - 1] = `${before}=${word}`;
    else words.push(word);
  }
  return words;
}

/**
 * Splits arguments into flags and operands. Continues after an unknown flag; if it resembles a flag that takes a text, or
 * none at all, the next argument is its text, not an operand.
 */
export function tokenize(
  options: ReadonlyMap<string, Option<unknown>>,
  argv: readonly string[],
): CommandTokens {
  const texts = new Map<string, (string | undefined)[]>();
  const give = (flag: string, text: string | undefined) =>
    texts.set(flag, [...(texts.get(flag) ?? []), text]);
  const command = new Command();
  for (const option of options.values()) {
    // For commander every text is optional: a missing one becomes a complaint, and a flag is never taken for a text.
    const isSwitch = option.placeholder === undefined;
    command.addOption(new CommanderOption(isSwitch ? option.flag : `${option.flag} [text]`));
    command.on(`option:${option.flag.slice(2)}`, (text: string | null | undefined) =>
      give(option.flag, isSwitch ? 'true' : (text ?? undefined)),
    );
  }
  const parsed = command.parseOptions(withNegatives(options, argv));
  const operands = [...parsed.operands];
  const unknown: string[] = [];
  for (let i = 0; i < parsed.unknown.length; i++) {
    const word = parsed.unknown[i]!;
    if (word === '--') {
      operands.push(...parsed.unknown.slice(i + 1));
      break;
    }
    const [flag = word, text] = word.split(/=(.*)/s);
    if (!isFlag(word)) operands.push(word);
    else if (options.has(flag)) give(flag, text);
    else {
      unknown.push(flag);
      const meant = options.get(suggest(flag, options.keys()) ?? '');
      const takesText = meant === undefined || meant.placeholder !== undefined;
      const next = parsed.unknown[i + 1];
      if (text === undefined && takesText && next !== undefined && !isFlag(next)) i++;
    }
  }
  return { texts, operands, unknown };
}
