import coins from './coins/coins.txt';

/** When a word names its coin. */
export interface CoinWord {
  /** Lower case; a phrase has single spaces. */
  readonly text: string;
  /** Whether it does so without trading terms beside it. */
  readonly isSure: boolean;
  /** The capitals it must have: none, the first letter, all letters. */
  readonly capitals: 0 | 1 | 2;
}

export interface Coin {
  /** Lower-case. */
  readonly symbol: string;
  readonly name: string;
  /** CoinMarketCap's id. */
  readonly cmcId?: number;
  /** Words and phrases that name it without trading terms, lower case. */
  readonly words: readonly string[];
  /** Further names that count after `$` or `#` and as a rule's tag. */
  readonly tags: readonly string[];
  readonly mentions: readonly CoinWord[];
  /** Phrases that mean something else: `eth zurich`. */
  readonly otherNames: readonly string[];
  /** Words that speak against it. */
  readonly traps: readonly string[];
  /** Whether its symbol and name count as a hashtag without trading terms. */
  readonly ambiguousTags: ReadonlySet<string>;
  /** Names that are everyday words even next to trading terms: they count as a cashtag only. */
  readonly silent: ReadonlySet<string>;
  /** The company with its ticker: none, one that is less known than the coin (or may be), or one that is better known. */
  readonly company: 'none' | 'lesser' | 'greater';
}

/** Lower case, with `.` and other separators as single spaces. */
const spaced = (text: string): string => text.toLowerCase().replace(/[\s.]+/g, ' ');

function capitalsOf(word: string): 0 | 1 | 2 {
  if (word === word.toLowerCase()) return 0;
  return word === word.toUpperCase() ? 2 : 1;
}

function readMention(written: string): CoinWord {
  const isSure = !written.startsWith('?');
  const word = isSure ? written : written.slice(1);
  return { text: spaced(word), isSure, capitals: capitalsOf(word) };
}

/** Of the coins after these, many cashtags are also those of small companies; earlier where the symbol is ambiguous. */
const WELL_KNOWN = 100;
const BEST_KNOWN = 20;

function readCoinLine(line: string, index: number): Coin {
  const [symbol = '', name = '', id = '', listed = '', traps = ''] = line
    .split('|')
    .map((part) => part.trim());
  const items = listed.split(',').map((item) => item.trim());
  const after = (sign: string): string[] =>
    items.filter((item) => item.startsWith(sign)).map((item) => item.slice(1));
  const written = items.filter((item) => /^[?\p{L}\p{N}]/u.test(item));
  const listedTexts = written.map((word) => readMention(word).text);
  const known = new Set([...after('-').map(spaced), ...listedTexts]);
  /** Unless the list says otherwise, the symbol in capitals and the name as written count next to trading terms. */
  const implied = [symbol.toUpperCase(), name].filter(
    (word) => !known.has(spaced(word)) && symbol.length > 1,
  );
  const mentions = [...written, ...implied.map((word) => `?${word}`)].map(readMention);
  const sure = mentions.filter(({ isSure }) => isSure).map(({ text }) => text);
  const tags = after('#').map(spaced);
  const sureTags = new Set([...sure, ...tags]);
  const isWellKnown = index < (sureTags.has(symbol) ? WELL_KNOWN : BEST_KNOWN);
  return {
    symbol,
    name,
    ...(id === '' ? {} : { cmcId: Number(id) }),
    words: [...new Set(sure)],
    tags,
    mentions,
    otherNames: after('!').map(spaced),
    traps: traps.split(' ').filter((word) => word !== ''),
    ambiguousTags: new Set(
      [symbol, spaced(name), ...mentions.map(({ text }) => text)].filter((tag) => !sureTags.has(tag)),
    ),
    silent: new Set([...known].filter((word) => !listedTexts.includes(word))),
    company: items.includes('$?') ? 'greater' : items.includes('$!') || !isWellKnown ? 'lesser' : 'none',
  };
}

/** The lines of a data file without its comments. */
export const dataLines = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

/** The largest coins of recent years, the largest first. Symbol and name always count as a rule's tag. */
export const COINS: readonly Coin[] = dataLines(coins).map(readCoinLine);
