import type { Lexicon, Phrase } from './lexicon.ts';
import { PieceShape, scanText } from './scan.ts';

/** . : ; ! ? … end a clause. A comma does not: 'not smart, handsome, nor funny' is VADER's example. */
const endsClause = (unit: number): boolean =>
  unit === 46 || unit === 33 || unit === 63 || unit === 58 || unit === 59 || unit === 0x2026;

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
  const { find, findHashed, endsPhrase, endings } = lexicon;

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
