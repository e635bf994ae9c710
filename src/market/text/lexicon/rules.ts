import { type Lexicon, Role } from './lexicon.ts';
import { CAPITALS, EMPHASIS, MOVE, NEGATION } from './modifiers.ts';
import { type Tokens, tokenReader } from './tokens.ts';

/** VADER's weight of a modifier one, two or three words before. */
const FADE = [0, 1, 0.95, 0.9];
/** VADER's normalization constant: approximately the largest sum of a post, squared. */
const ALPHA = 15;
/** How many words a negation of the clause reaches, and a price move looks for its number of percent. */
const CLAUSE_REACH = 6;
const MOVE_REACH = 4;

/**
 * VADER's rules (Hutto & Gilbert 2014) over a lexicon: degree words, negation up to three words back, capitals,
 * exclamation and question marks, 'but', 'least', 'no', idioms. Differences from VADER: a phrase counts as one word,
 * modifiers do not reach across the end of a clause, punctuation does not hide a short word (`no.`), and web addresses
 * are skipped. Returns -1 to 1 with four decimals, 0 for a text without sentiment words.
 */
export function sentimentScorer(lexicon: Lexicon): (text: string) => number {
  const { valence, laden, boost, role, grammar } = lexicon;
  const read = tokenReader(lexicon);

  /** The valence of the word at `at`, `strength` by itself. `negated`: its clause is. */
  const valenceAt = (tokens: Tokens, at: number, base: number, negated: boolean): number => {
    const { words, capitals, ends, mixed, count } = tokens;
    let strength = base;
    let reach = 0;
    while (reach < 3 && reach < at && ends[at - 1 - reach] === 0) reach++;
    const first = reach > 0 ? role[words[at - 1]!]! : Role.plain;
    const second = reach > 1 ? role[words[at - 2]!]! : Role.plain;
    const third = reach > 2 ? role[words[at - 3]!]! : Role.plain;

    if (role[words[at]!] === Role.no && at + 1 < count && ends[at] === 0 && laden[words[at + 1]!] === 1)
      return 0;
    if (first === Role.no || second === Role.no || (third === Role.no && first === Role.or))
      strength *= NEGATION;
    if (mixed && capitals[at] === 1) strength += strength > 0 ? CAPITALS : -CAPITALS;
    let isPointed = false;
    for (let back = 1; back <= reach; back++) {
      const modifier = words[at - back]!;
      if (boost[modifier] !== 0) {
        const louder = mixed && capitals[at - back] === 1 ? CAPITALS : 0;
        const step = (boost[modifier]! + louder) * FADE[back]!;
        strength += strength < 0 ? -step : step;
      }
      if (role[modifier] === Role.negation) strength *= negated ? 1 : NEGATION;
      else if (role[modifier] === Role.so) isPointed = true;
      else if (role[modifier] === Role.never) strength *= isPointed ? EMPHASIS : NEGATION;
    }
    if (negated) strength *= NEGATION;
    return first === Role.least ? strength * NEGATION : strength;
  };

  /** Whether the clause of the word at `at` has a number of percent near it: up to four words after, or just before. */
  const isMove = ({ words, ends, count }: Tokens, at: number): boolean => {
    const before = at > 0 && ends[at - 1] === 0 ? words[at - 1]! : 0;
    if (role[before] === Role.percent) return true;
    for (let next = at; next < at + MOVE_REACH && next + 1 < count && ends[next] === 0; next++)
      if (role[words[next + 1]!] === Role.percent) return true;
    return false;
  };

  /** The word's valence, by itself: of the lists, or of a price move. */
  const baseAt = (tokens: Tokens, at: number): number => {
    const word = tokens.words[at]!;
    const direction = role[word]!;
    const listed = laden[word] === 1 ? valence[word]! : 0;
    if (direction === Role.rise) return isMove(tokens, at) ? Math.max(listed, MOVE) : listed;
    if (direction === Role.fall) return isMove(tokens, at) ? Math.min(listed, -MOVE) : listed;
    return listed;
  };

  return (text) => {
    const tokens = read(text);
    const { words, ends, count } = tokens;
    let sum = 0;
    let sumBeforeBut = Number.NaN;
    let negatedTo = -1;
    for (let at = 0; at < count; at++) {
      const kind = role[words[at]!]!;
      if (laden[words[at]!] === 1 || kind === Role.rise || kind === Role.fall) {
        const base = grammar === 1 ? valence[words[at]!]! : baseAt(tokens, at);
        if (base !== 0) sum += valenceAt(tokens, at, base, at <= negatedTo);
      } else if (kind === Role.but && Number.isNaN(sumBeforeBut)) {
        sumBeforeBut = sum;
        sum = 0;
      }
      if (kind === Role.clauseNegation) negatedTo = at + CLAUSE_REACH;
      if (ends[at] === 1 || kind === Role.but) negatedTo = -1;
    }
    if (!Number.isNaN(sumBeforeBut)) sum = sumBeforeBut * 0.5 + sum * 1.5;
    if (sum === 0) return 0;
    const emphasis = Math.min(tokens.exclamations, 4) * 0.292 + questionEmphasis(tokens.questions);
    sum += sum > 0 ? emphasis : -emphasis;
    return Math.round((sum / Math.sqrt(sum * sum + ALPHA)) * 10_000) / 10_000;
  };
}

const questionEmphasis = (marks: number): number => {
  if (marks < 2) return 0;
  return marks <= 3 ? marks * 0.18 : 0.96;
};
