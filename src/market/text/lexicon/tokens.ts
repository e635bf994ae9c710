import type { Lexicon, Phrase } from './lexicon.ts';
import { PieceShape, scanText } from './scan.ts';

/** . : ; ! ? … end a clause. A comma does not: 'not smart, handsome, nor funny' is VADER's example. */
const endsClause = (unit: number): boolean =>
  unit === 46 || unit === 33 || unit === 63 || unit === 58 || unit === 59 || unit === 0x2026;

const PERCENT = 37;
const ZERO_WIDTH_JOINER = 0x200d;
const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;
/** @ and $ begin handles and cashtags. */
export const isNameSign = (unit: number): boolean => unit === 64 || unit === 36;
/** 1 after a plus, 2 after a minus. */
const signOf = (unit: number): number => (unit === 43 ? 1 : unit === 45 || unit === 0x2212 ? 2 : 0);
/** Whether the symbol at `start` is part of the sign before it: after a joiner, or a colour of skin. */
const continuesSign = (units: Uint16Array, start: number): boolean =>
  units[start - 1] === ZERO_WIDTH_JOINER ||
  (units[start] === 0xd83c && units[start + 1]! >= 0xdffb && units[start + 1]! <= 0xdfff);

/** A text as word numbers; each reading overwrites it. */
export interface Tokens {
  count: number;
  /** Word number of each token, 0 for an unlisted word. */
  words: Int32Array;
  /** 1 for a word in capitals. */
  capitals: Uint8Array;
  /** 1 for a word at the end of a clause, which modifiers do not reach across. */
  ends: Uint8Array;
  /** Some words are in capitals and some are not; only then do capitals add emphasis. */
  mixed: boolean;
  exclamations: number;
  questions: number;
}

const room = (size: number) => ({
  words: new Int32Array(size),
  capitals: new Uint8Array(size),
  ends: new Uint8Array(size),
});

/** Makes a reader of texts. The next call overwrites the tokens it returned. */
export function tokenReader(lexicon: Lexicon): (text: string) => Tokens {
  const tokens: Tokens = { count: 0, mixed: false, exclamations: 0, questions: 0, ...room(512) };
  const { find, findHashed, endsPhrase, endings, grammar, percents } = lexicon;

  /** If this word completes a phrase, removes the phrase's other words and returns its entry; otherwise the word itself. */
  const joined = (word: number): number => {
    const isComplete = ({ before }: Phrase): boolean => {
      const first = tokens.count - before.length;
      return first >= 0 && before.every((other, index) => tokens.words[first + index] === other);
    };
    const phrase = endings[word]!.find(isComplete);
    if (phrase === undefined) return word;
    tokens.count -= phrase.before.length;
    return phrase.entry;
  };

  return (text) => {
    const scan = scanText(text);
    const { units, count, starts, ends, coreStarts, coreEnds, hashes, shapes } = scan;
    if (count > tokens.words.length) Object.assign(tokens, room(2 * count));
    tokens.count = 0;
    tokens.exclamations = scan.exclamations;
    tokens.questions = scan.questions;
    let upperWords = 0;
    for (let piece = 0; piece < count; piece++) {
      const start = starts[piece]!;
      const end = ends[piece]!;
      const core = coreStarts[piece]!;
      const coreEnd = coreEnds[piece]!;
      // Look up the whole piece first (an emoticon), then the word without punctuation.
      let word = core > start || coreEnd < end ? find(units, start, end) : 0;
      if (word === 0 && core < coreEnd) word = findHashed(units, core, coreEnd, hashes[piece]!);
      if (grammar === 2) {
        if (core === coreEnd && start > 0 && tokens.count > 0 && continuesSign(units, start)) continue;
        if (core > start && isNameSign(units[core - 1]!)) word = 0;
        else if (coreEnd < end && units[coreEnd] === PERCENT && isDigit(units[coreEnd - 1]!))
          word = percents[core === 0 ? 0 : signOf(units[core - 1]!)]!;
      }
      if (endsPhrase[word] === 1) word = joined(word);
      const upper = shapes[piece]! & PieceShape.capitals;
      upperWords += upper;
      tokens.words[tokens.count] = word;
      tokens.capitals[tokens.count] = upper;
      tokens.ends[tokens.count++] = coreEnd < end && endsClause(units[coreEnd]!) ? 1 : 0;
    }
    tokens.mixed = upperWords > 0 && upperWords < tokens.count;
    return tokens;
  };
}
