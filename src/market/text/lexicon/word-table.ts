/** Finds words in a text in place, without making substrings. Folds ASCII case and reads ’ as '. */
export interface WordTable {
  /** Folded, in order of first mention. */
  readonly words: readonly string[];
  /** The index in `words` of units[start, end), or -1. */
  readonly find: (units: Uint16Array, start: number, end: number) => number;
  /** Like `find`, for a caller that has already hashed the word: EMPTY_HASH, then `mix` of each unit. */
  readonly findHashed: (units: Uint16Array, start: number, end: number, hash: number) => number;
}

const APOSTROPHE = 39;
const CURLY_APOSTROPHE = 0x2019;

const folded = (code: number): number => {
  if (code >= 65 && code <= 90) return code | 32;
  return code === CURLY_APOSTROPHE ? APOSTROPHE : code;
};

export const EMPTY_HASH = 0x811c9dc5 | 0;
/** FNV-1a over folded UTF-16 units. */
export const mix = (hash: number, code: number): number => Math.imul(hash ^ folded(code), 0x01000193);

function hashOf(units: Uint16Array, start: number, end: number): number {
  let hash = EMPTY_HASH;
  for (let at = start; at < end; at++) hash = mix(hash, units[at]!);
  return hash;
}

const foldWord = (word: string): string =>
  String.fromCharCode(...Array.from({ length: word.length }, (_, at) => folded(word.charCodeAt(at))));

/** An open-addressed table of words, at most a quarter full; duplicates count once. */
export function wordTable(given: Iterable<string>): WordTable {
  const words = [...new Set([...given].map(foldWord))];
  /** All words concatenated, and the start of each. */
  const joined = words.join('');
  const letters = Uint16Array.from({ length: joined.length }, (_, at) => joined.charCodeAt(at));
  const begins = new Int32Array(words.length + 1);
  let size = 64;
  while (size < words.length * 4) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  /** Hash of the word in each slot; most look-ups end without comparing a word. */
  const hashes = new Int32Array(size);
  const slotOf = (hash: number): number => (hash ^ (hash >>> 15)) & (size - 1);
  words.forEach((word, index) => {
    const begin = begins[index]!;
    begins[index + 1] = begin + word.length;
    const hash = hashOf(letters, begin, begin + word.length);
    let slot = slotOf(hash);
    while (slots[slot] !== -1) slot = (slot + 1) & (size - 1);
    slots[slot] = index;
    hashes[slot] = hash;
  });

  const isWord = (index: number, units: Uint16Array, start: number, end: number): boolean => {
    const begin = begins[index]!;
    if (begins[index + 1]! - begin !== end - start) return false;
    for (let at = start; at < end; at++) if (letters[begin + at - start] !== folded(units[at]!)) return false;
    return true;
  };
  const findHashed = (units: Uint16Array, start: number, end: number, hash: number): number => {
    let slot = slotOf(hash);
    for (let index = slots[slot]!; index !== -1; index = slots[slot]!) {
      if (hashes[slot] === hash && isWord(index, units, start, end)) return index;
      slot = (slot + 1) & (size - 1);
    }
    return -1;
  };
  return {
    words,
    findHashed,
    find: (units, start, end) => findHashed(units, start, end, hashOf(units, start, end)),
  };
}
