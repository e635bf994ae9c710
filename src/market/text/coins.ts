import { COINS } from './coin-list.ts';
import { PieceShape, scanText } from './lexicon/scan.ts';
import { type WordTable, wordTable } from './lexicon/word-table.ts';

/** Where a post may name a coin. */
export interface CoinMentions {
  /** Without their `$` and `#`. */
  readonly cashtags: readonly string[];
  readonly hashtags: readonly string[];
  readonly text: string;
}

/** The coins that a word of the table can name. */
interface Entry {
  /** The coin it names as a bare word; undefined if the word is ambiguous. */
  word?: string;
  /** The coin it names after `$` or `#`. */
  tag?: string;
  /** Names that begin with it, longest first: `bitcoin cash` before `bitcoin`. */
  phrases: { readonly rest: string; readonly coin: string }[];
}

function readCoins(): { table: WordTable; entries: readonly Entry[]; symbols: ReadonlyMap<string, string> } {
  const entries = new Map<string, Entry>();
  const symbols = new Map<string, string>();
  const spell = (word: string, symbol: string): void => {
    for (const spelled of [word, word.toLowerCase(), word.toUpperCase()]) symbols.set(spelled, symbol);
  };
  const entry = (word: string): Entry => {
    const found = entries.get(word) ?? { phrases: [] };
    entries.set(word, found);
    return found;
  };
  for (const { symbol, name, words, tags = [] } of COINS) {
    for (const tag of [symbol, name, ...words, ...tags]) {
      const joined = tag.replaceAll(' ', '');
      spell(tag, symbol);
      spell(joined, symbol);
      entry(joined.toLowerCase()).tag = symbol;
    }
    for (const phrase of words) {
      const [first = '', ...rest] = phrase.split(' ');
      if (rest.length === 0) entry(first).word = symbol;
      else entry(first).phrases.push({ rest: rest.join(' '), coin: symbol });
    }
  }
  for (const { phrases } of entries.values()) phrases.sort((a, b) => b.rest.length - a.rest.length);
  return { table: wordTable(entries.keys()), entries: [...entries.values()], symbols };
}

const { table, entries, symbols } = readCoins();

/** The low five bits of the first two letters, ignoring case: a cheap filter that rejects most words. */
const beginning = (first: number, second: number): number => ((first & 31) << 5) | (second & 31);

const BEGINNINGS = new Uint8Array(1024);
for (const word of table.words) BEGINNINGS[beginning(word.charCodeAt(0), word.charCodeAt(1))] = 1;

/** The coin that a rule's tag or a setting names: its symbol or name in any case, with or without `$` or `#`. */
export function coinOf(text: string): string | undefined {
  const sign = text.charCodeAt(0);
  const bare = sign === HASH || sign === DOLLAR ? text.slice(1) : text;
  return symbols.get(bare) ?? symbols.get(bare.trim().toLowerCase());
}

const NAMES: ReadonlyMap<string, string> = new Map(
  COINS.map(({ symbol, name }) => [symbol, name.toLowerCase().replace(/[^a-z0-9]+/g, '_')]),
);

/** A coin's name for use inside other names (`bitcoin`, `shiba_inu`) by its symbol; an unknown symbol is returned as is. */
export const coinName = (symbol: string): string => NAMES.get(symbol) ?? symbol;

/**
 * The symbol of a coin that a user names by symbol or name; an unknown symbol is returned in lower case. Throws RangeError
 * if the text is not a symbol.
 */
export function readCoin(text: string): string {
  const symbol = coinOf(text) ?? text.trim().replace(/^[#$]/, '').toLowerCase();
  if (/^[a-z0-9]{1,20}$/.test(symbol)) return symbol;
  throw new RangeError(`'${text}' is not a coin; write a symbol or a name, such as btc or ethereum`);
}

const HASH = 35;
const DOLLAR = 36;
const AT = 64;

/** 1 for the ASCII letters, digits and `_`. */
const WORD = Uint8Array.from({ length: 128 }, (_, code) => (/\w/.test(String.fromCharCode(code)) ? 1 : 0));
/** Letters of alphabets are parts of words; from U+2000 on (punctuation, CJK, emoji) words end. */
const isWordPart = (code: number): boolean => (code < 128 ? WORD[code] === 1 : code > 0xbf && code < 0x2000);

/** Whether `rest` of a phrase follows, after one separator: `bitcoin cash`, `bitcoin-cash`. */
function continuesWith(text: string, at: number, rest: string): boolean {
  const end = at + 1 + rest.length;
  if (text.slice(at + 1, end).toLowerCase() !== rest) return false;
  return end === text.length || !isWordPart(text.charCodeAt(end));
}

/** The coin named by the table's word `index` at text[start, end). */
function namedAt(text: string, start: number, end: number, index: number): string | undefined {
  const { word, tag, phrases } = entries[index]!;
  const sign = start > 0 ? text.charCodeAt(start - 1) : 0;
  if (sign === AT) return undefined;
  if (sign === HASH || sign === DOLLAR) return tag;
  return phrases.find(({ rest }) => continuesWith(text, end, rest))?.coin ?? word;
}

/**
 * The symbols of the coins that a post names, in order of mention: cashtags, hashtags, then whole words of the text.
 * Mentions (@...) and web addresses do not count.
 */
export function findCoins({ cashtags, hashtags, text }: CoinMentions): string[] {
  const found: string[] = [];
  const add = (coin: string | undefined): void => {
    if (coin !== undefined && !found.includes(coin)) found.push(coin);
  };
  for (const tag of cashtags) add(coinOf(tag));
  for (const tag of hashtags) add(coinOf(tag));

  const { units, count, coreStarts, coreEnds, hashes, shapes } = scanText(text);
  const isLikely = (start: number): boolean => BEGINNINGS[beginning(units[start]!, units[start + 1]!)] === 1;
  /** The words of a piece such as `BTC/USD` or `bitcoin's`. */
  const addParts = (start: number, end: number): void => {
    for (let at = start; at < end; at++) {
      const from = at;
      while (at < end && isWordPart(units[at]!)) at++;
      const index = at - from > 1 && isLikely(from) ? table.find(units, from, at) : -1;
      if (index >= 0) add(namedAt(text, from, at, index));
    }
  };
  for (let piece = 0; piece < count; piece++) {
    const start = coreStarts[piece]!;
    const end = coreEnds[piece]!;
    if ((shapes[piece]! & PieceShape.compound) !== 0) addParts(start, end);
    else if (end - start > 1 && isLikely(start)) {
      const index = table.findHashed(units, start, end, hashes[piece]!);
      if (index >= 0) add(namedAt(text, start, end, index));
    }
  }
  return found;
}
