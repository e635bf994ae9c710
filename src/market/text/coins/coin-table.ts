import { COINS, type Coin, type CoinWord, dataLines } from '../coin-list.ts';
import { type WordTable, wordTable } from '../lexicon/word-table.ts';
import trade from './trade.txt';

/** A name that a word begins: `bitcoin cash`. Without a coin it means something else: `eth zurich`. */
export interface CoinPhrase extends CoinWord {
  /** What follows the first word. */
  readonly rest: string;
  readonly coin: Coin | undefined;
}

/** What a word of the table says. */
export interface CoinTableEntry {
  /** The coins that it names, sure ones first. */
  readonly readings: (CoinWord & { readonly coin: Coin })[];
  /** Longest first. */
  readonly phrases: CoinPhrase[];
  /** The coin with this symbol. */
  symbolOf?: Coin;
  /** Weight as a trading term; 0 for none. */
  sign: number;
  /** It speaks of shares: anywhere, or as a cashtag. */
  isStock: boolean;
  isTicker: boolean;
  /** Coins that it speaks against. */
  readonly against: Coin[];
}

/** A strong sign suffices for any name. */
export const STRONG_SIGN = 4;
const WEAK = 1;

function readTable(): { table: WordTable; entries: readonly CoinTableEntry[] } {
  const entries = new Map<string, CoinTableEntry>();
  const entry = (word: string): CoinTableEntry => {
    const found = entries.get(word);
    if (found !== undefined) return found;
    const made = { readings: [], phrases: [], sign: 0, isStock: false, isTicker: false, against: [] };
    entries.set(word, made);
    return made;
  };
  const addPhrase = (word: CoinWord, coin: Coin | undefined): void => {
    const [first = '', ...rest] = word.text.split(' ');
    if (coin !== undefined && rest.length === 0) entry(first).readings.push({ ...word, coin });
    else entry(first).phrases.push({ ...word, rest: rest.join(' '), coin });
  };
  for (const coin of COINS) {
    for (const word of coin.mentions) addPhrase(word, coin);
    for (const text of coin.otherNames) addPhrase({ text, isSure: true, capitals: 0 }, undefined);
    entry(coin.symbol).symbolOf ??= coin;
    for (const word of coin.traps) entry(word).against.push(coin);
  }
  for (const line of dataLines(trade)) {
    const [kind, ...words] = line.split(' ');
    for (const made of words.map(entry)) {
      if (kind === 'strong:') made.sign = STRONG_SIGN;
      else if (kind === 'weak:') made.sign = Math.max(made.sign, WEAK);
      else if (kind === 'stock:') made.isStock = true;
      else made.isTicker = true;
    }
  }
  for (const { readings, phrases } of entries.values()) {
    readings.sort((a, b) => Number(b.isSure) - Number(a.isSure));
    phrases.sort((a, b) => b.rest.length - a.rest.length);
  }
  return { table: wordTable(entries.keys()), entries: [...entries.values()] };
}

const { table, entries } = readTable();
const indices = new Map(table.words.map((word, index) => [word, index]));

export const COIN_TABLE: WordTable = table;
/** By index in the table. */
export const coinEntry = (index: number): CoinTableEntry => entries[index]!;
/** By word in lower case. */
export function entryOf(word: string): CoinTableEntry | undefined {
  const index = indices.get(word);
  return index === undefined ? undefined : entries[index];
}

/** 1 for the words of the table that may name a coin, alone or with what follows; the others are only clues. */
export const MAY_NAME = Uint8Array.from(entries, ({ readings, phrases, symbolOf }) =>
  readings.length > 0 || phrases.length > 0 || symbolOf !== undefined ? 1 : 0,
);

/** What a word says after `$`, `#` or as a rule's tag. */
export interface CoinTag {
  readonly coin: Coin | undefined;
  /** As a hashtag: counts, counts next to trading terms, or never. */
  readonly asHashtag: 'sure' | 'ambiguous' | 'silent';
  /** Its index in the table of clues; -1 if it is not a clue. */
  readonly index: number;
}

function readTags(): ReadonlyMap<string, CoinTag> {
  const tags = new Map<string, CoinTag>();
  const spell = (written: string, coin: Coin | undefined): void => {
    const text = written.toLowerCase().replaceAll('.', ' ');
    const asHashtag = coin?.silent.has(text)
      ? 'silent'
      : coin?.ambiguousTags.has(text)
        ? 'ambiguous'
        : 'sure';
    const tag: CoinTag = { coin, asHashtag, index: indices.get(text) ?? -1 };
    const joined = written.replaceAll(/[ .]/g, '');
    for (const one of [written, joined])
      for (const key of [one, one.toLowerCase(), one.toUpperCase()]) if (!tags.has(key)) tags.set(key, tag);
  };
  for (const coin of COINS) spell(coin.symbol, coin);
  for (const coin of COINS)
    for (const text of [coin.name, ...coin.mentions.map((word) => word.text), ...coin.tags])
      spell(text, coin);
  for (const word of table.words) spell(word, undefined);
  return tags;
}

const TAGS = readTags();

/** By a name or word in any case, without `$` or `#`. */
export const coinTag = (text: string): CoinTag | undefined => TAGS.get(text) ?? TAGS.get(text.toLowerCase());
