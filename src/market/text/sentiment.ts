import crypto from './lexicon/crypto.txt';
import emoji from './lexicon/emoji.txt';
import { buildLexicon, type Lexicon, Role } from './lexicon/lexicon.ts';
import { CAPITALS, EMPHASIS, NEGATION } from './lexicon/modifiers.ts';
import { type Tokens, tokenReader } from './lexicon/tokens.ts';
import vader from './lexicon/vader.txt';

/** Stored in each scored record, so that scores of different models can be told apart. */
export const SENTIMENT_MODEL = 'vader+crypto/1';

export type SentimentLabel = 'positive' | 'neutral' | 'negative';

/** VADER's weight of a modifier one, two or three words before. */
const FADE = [0, 1, 0.95, 0.9];
/** VADER's normalization constant: approximately the largest sum of a post, squared. */
const ALPHA = 15;
/** VADER's threshold of neutral. */
const NEUTRAL = 0.05;

/**
 * VADER's rules (Hutto & Gilbert 2014) over a lexicon: degree words, negation up to three words back, capitals,
 * exclamation and question marks, 'but', 'least', 'no', idioms. Differences from VADER: a phrase counts as one word,
 * modifiers do not reach across the end of a clause, punctuation does not hide a short word (`no.`), and web addresses
 * are skipped. Returns -1 to 1 with four decimals, 0 for a text without sentiment words.
 */
export function sentimentScorer(lexicon: Lexicon): (text: string) => number {
  const { valence, laden, boost, role } = lexicon;
  const read = tokenReader(lexicon);

  const valenceAt = ({ words, capitals, ends, mixed, count }: Tokens, at: number): number => {
    let strength = valence[words[at]!]!;
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
      if (role[modifier] === Role.negation) strength *= NEGATION;
      else if (role[modifier] === Role.so) isPointed = true;
      else if (role[modifier] === Role.never) strength *= isPointed ? EMPHASIS : NEGATION;
    }
    return first === Role.least ? strength * NEGATION : strength;
  };

  return (text) => {
    const tokens = read(text);
    const { words, count } = tokens;
    let sum = 0;
    let sumBeforeBut = Number.NaN;
    for (let at = 0; at < count; at++) {
      if (laden[words[at]!] === 1) sum += valenceAt(tokens, at);
      else if (role[words[at]!] === Role.but && Number.isNaN(sumBeforeBut)) {
        sumBeforeBut = sum;
        sum = 0;
      }
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

let scorer: ((text: string) => number) | undefined;

/** The score of a post by VADER's list and ours. The lists are loaded at the first call. */
export function sentimentScore(text: string): number {
  scorer ??= sentimentScorer(buildLexicon([vader, emoji, crypto]));
  return scorer(text);
}

export function sentimentLabel(score: number): SentimentLabel {
  if (score >= NEUTRAL) return 'positive';
  return score <= -NEUTRAL ? 'negative' : 'neutral';
}
