import { COINS } from '../../../market/text/coin-list.ts';

/** A rule of X's filtered stream. X returns `tag` with each matching post. */
export interface Rule {
  readonly tag: string;
  readonly value: string;
}

/** A rule that exists on X. */
export interface ActiveRule extends Rule {
  readonly id: string;
}

/** Excludes promoted posts that appear on no timeline. */
const NO_ADVERTISEMENTS = '-is:nullcast';

const phrase = (words: string): string => (/^[\p{L}\p{N}_]+$/u.test(words) ? words : `"${words}"`);

/**
 * The rule for a coin: its unambiguous words, cashtag and hashtags from the coin table. For a coin outside the table only
 * the two tags, because its symbol may be an everyday word. The tag is the symbol.
 */
export function coinRule(symbol: string): Rule {
  const { name = '', words = [], tags = [] } = COINS.find((coin) => coin.symbol === symbol) ?? {};
  const hashtags = [symbol, name, ...words, ...tags]
    .map((tag) => tag.toLowerCase().replace(/[^\p{L}\p{N}_]/gu, ''))
    .filter((tag) => /\p{L}/u.test(tag))
    .map((tag) => `#${tag}`);
  const terms = [...words.map(phrase), `$${symbol.toUpperCase()}`, ...hashtags];
  return { tag: symbol, value: `(${[...new Set(terms)].join(' OR ')}) ${NO_ADVERTISEMENTS}` };
}

/** Rule syntax: an operator, a sign, a group or a phrase. */
const SYNTAX = /[:()"#$@]|(?:^|\s)-|\bOR\b/;

/** A line that is its own tag: a rule taken literally, or a name, which becomes a phrase. */
function bareRule(text: string): Rule {
  return { tag: text, value: SYNTAX.test(text) || /^[\p{L}\p{N}_]+$/u.test(text) ? text : `"${text}"` };
}

/** `tag=value`; without a tag, the text is its own tag. A value may contain `=` and commas. */
export function readRule(text: string): Rule {
  const [, tag, value] = /^([^="():#$@]+)=(.+)$/s.exec(text.trim()) ?? [];
  return tag === undefined ? bareRule(text.trim()) : { tag: tag.trim(), value: value!.trim() };
}

/** A rules file: `tag: value` per line, or a line that is its own tag. Skips blank lines and # comments. */
export function readRules(text: string): Rule[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^#(?:\s|$)/.test(line))
    .map((line) => {
      // The space distinguishes a tag from an operator: `from:name` is a rule.
      const [, tag, value] = /^([^:"()]+):\s+(.+)$/.exec(line) ?? [];
      return tag === undefined ? bareRule(line) : { tag: tag.trim(), value: value! };
    });
}

/** `tag: value`, as printed and read. */
export const showRule = ({ tag, value }: Rule): string => `${tag}: ${value}`;

export const sameRule = (one: Rule, other: Rule): boolean =>
  one.tag === other.tag && one.value === other.value;
