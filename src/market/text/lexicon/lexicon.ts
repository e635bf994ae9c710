import {
  BOOST,
  CLAUSE_NEGATIONS,
  DAMPENERS,
  FALLS,
  IDIOMS,
  INTENSIFIERS,
  NEGATIONS,
  NEUTRAL,
  PERCENTS,
  RISES,
} from './modifiers.ts';
import { type WordTable, wordTable } from './word-table.ts';

/** The effect of a word beyond its valence. */
export const Role = {
  plain: 0,
  negation: 1,
  no: 2,
  or: 3,
  least: 4,
  but: 5,
  never: 6,
  so: 7,
  // Of grammar 2 alone:
  clauseNegation: 8,
  rise: 9,
  fall: 10,
  percent: 11,
} as const;

/**
 * How texts are read. 1: VADER's way. 2: handles and cashtags are names without a feeling, joined emoji are one sign,
 * moves by a number of percent count, and nobody, neither and hardly negate their clause.
 */
export type Grammar = 1 | 2;

/** Several words that count as one. */
export interface Phrase {
  /** Word numbers before the last word, in order. */
  readonly before: readonly number[];
  readonly entry: number;
}

/** The words of all lists and their properties, by word number. Number 0 is any unlisted word. */
export interface Lexicon {
  readonly grammar: Grammar;
  /** Word numbers of a number of percent: without a sign, with a plus, with a minus. */
  readonly percents: readonly [plain: number, plus: number, minus: number];
  /** The word number of units[start, end), 0 if it is not listed. */
  readonly find: WordTable['find'];
  readonly findHashed: WordTable['findHashed'];
  /** Mean of the human ratings, -4 to 4. */
  readonly valence: Float64Array;
  /** 1 for a word whose valence counts. */
  readonly laden: Uint8Array;
  /** What it adds to the strength of a nearby sentiment word. */
  readonly boost: Float64Array;
  readonly role: Uint8Array;
  /** 1 for the last word of a phrase. */
  readonly endsPhrase: Uint8Array;
  /** Phrases by the number of their last word, longest first. */
  readonly endings: readonly (readonly Phrase[] | undefined)[];
}

/** Parses lines `word<TAB>valence[<TAB>why]`; a line without a tab is a comment. */
export function readWordList(text: string): [word: string, valence: number][] {
  return text
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((parts) => parts.length > 1)
    .map(([word = '', valence = '']) => [word, Number(valence)]);
}

const ROLES: readonly (readonly [string, number])[] = [
  ...NEGATIONS.map((word) => [word, Role.negation] as const),
  ['no', Role.no],
  ['or', Role.or],
  ['least', Role.least],
  ['but', Role.but],
  ['never', Role.never],
  ['so', Role.so],
  ['this', Role.so],
];

const ROLES_2: readonly (readonly [string, number])[] = [
  ...CLAUSE_NEGATIONS.map((word) => [word, Role.clauseNegation] as const),
  ...RISES.map((word) => [word, Role.rise] as const),
  ...FALLS.map((word) => [word, Role.fall] as const),
  ...PERCENTS.map((word) => [word, Role.percent] as const),
];

const BOOSTS: readonly (readonly [string, number])[] = [
  ...INTENSIFIERS.map((word) => [word, BOOST] as const),
  ...DAMPENERS.map((word) => [word, -BOOST] as const),
];

/** Builds the lexicon; a word of a later list replaces that of an earlier one. */
export function buildLexicon(lists: readonly string[], grammar: Grammar = 1): Lexicon {
  const roles = grammar === 1 ? ROLES : [...ROLES, ...ROLES_2];
  const valences = new Map([...lists.flatMap(readWordList), ...Object.entries(IDIOMS)]);
  const known = [
    ...valences.keys(),
    ...roles.map(([word]) => word),
    ...BOOSTS.map(([word]) => word),
    ...NEUTRAL,
  ];
  const phrases = [...new Set(known)].filter((word) => word.includes(' '));
  const { words, find, findHashed } = wordTable([
    '',
    ...known,
    ...phrases.flatMap((phrase) => phrase.split(' ')),
  ]);
  const numbers = new Map(words.map((word, index) => [word, index]));
  const number = (word: string): number => numbers.get(word)!;

  const valence = new Float64Array(words.length);
  const laden = new Uint8Array(words.length);
  const boost = new Float64Array(words.length);
  const role = new Uint8Array(words.length);
  for (const [word, value] of valences) {
    valence[number(word)] = value;
    laden[number(word)] = 1;
  }
  for (const [word, value] of roles) role[number(word)] = value;
  for (const [word, value] of BOOSTS) {
    if (role[number(word)] === Role.clauseNegation) continue;
    boost[number(word)] = value;
    laden[number(word)] = 0;
  }
  const endings: Phrase[][] = [];
  for (const phrase of phrases.sort((a, b) => b.length - a.length)) {
    const numbers = phrase.split(' ').map(number);
    const last = numbers.pop()!;
    endings[last] ??= [];
    endings[last].push({ before: numbers, entry: number(phrase) });
  }
  const endsPhrase = new Uint8Array(words.length);
  for (const last of endings.keys()) if (endings[last] !== undefined) endsPhrase[last] = 1;
  return {
    grammar,
    percents: [numbers.get('%') ?? 0, numbers.get('+%') ?? 0, numbers.get('-%') ?? 0],
    find: (units, start, end) => Math.max(0, find(units, start, end)),
    findHashed: (units, start, end, hash) => Math.max(0, findHashed(units, start, end, hash)),
    valence,
    laden,
    boost,
    role,
    endsPhrase,
    endings,
  };
}
