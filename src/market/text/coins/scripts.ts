import { dataLines } from '../coin-list.ts';
import scripts from './scripts.txt';

/** A name in a script other than Latin, at a position of a text. */
export interface ScriptName {
  /** A symbol, or `trade` for a trading term. */
  readonly means: string;
  readonly length: number;
}

const names = dataLines(scripts)
  .flatMap((line) => {
    const [means = '', ...words] = line.replace(':', '').split(' ');
    return words.map((word) => ({ means, word: word.replaceAll('_', ' ') }));
  })
  .sort((a, b) => b.word.length - a.word.length);

/** Names by the first unit, longest first. */
const BY_FIRST = new Map<number, typeof names>();
/** 1 for the first unit of a name, in either case. */
const FIRST = new Uint8Array(0x10000);
for (const name of names) {
  const first = name.word.charCodeAt(0);
  for (const unit of new Set([first, name.word.toUpperCase().charCodeAt(0)])) {
    FIRST[unit] = 1;
    BY_FIRST.set(unit, [...(BY_FIRST.get(unit) ?? []), name]);
  }
}

/** Kana, Han, Hangul and Thai, which are written without spaces or with endings joined; and signs. */
const isJoinedScript = (unit: number): boolean => unit >= 0x2000 || (unit >= 0x0e00 && unit < 0x0e80);
const LETTER = /[\p{L}\p{M}]/u;
/** Articles and prepositions that Arabic and Hebrew join to a word. */
const PREFIXES = /(?:^|[^\p{L}\p{M}])(?:[وفبكلה]?(?:ال)?|لل|[ובהל])$/u;

function beginsWord(text: string, at: number): boolean {
  if (isJoinedScript(text.charCodeAt(at)) || at === 0 || !LETTER.test(text[at - 1]!)) return true;
  return PREFIXES.test(text.slice(Math.max(0, at - 4), at));
}

/** The name in a text at `at`; endings may follow it. */
export function scriptNameAt(text: string, at: number): ScriptName | undefined {
  const unit = text.charCodeAt(at);
  if (FIRST[unit] === 0) return undefined;
  const found = BY_FIRST.get(unit)!.find(
    ({ word }) => text.slice(at, at + word.length).toLowerCase() === word,
  );
  if (found === undefined || !beginsWord(text, at)) return undefined;
  const { means, word } = found;
  const isShort = word.length < 5 && !isJoinedScript(unit) && means !== 'trade';
  if (isShort && LETTER.test(text[at + word.length] ?? ' ')) return undefined;
  return { means, length: word.length };
}
