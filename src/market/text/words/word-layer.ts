import { readWordSlots, SLOTS } from './word-slots.ts';

/** A lexicon's scores nearer to 0 than this are neutral; a layer leaves them alone. VADER's threshold. */
export const NEUTRAL_BELOW = 0.05;

/**
 * A trained correction of a lexicon's score. Log odds of a positive post = `bias` + `lexiconWeight` × the lexicon's score
 * + `scale` × the weights of its words and pairs; the score is tanh(`slope` × log odds / 2).
 */
export interface WordLayer {
  readonly bias: number;
  readonly lexiconWeight: number;
  readonly slope: number;
  readonly scale: number;
  /** Slots of hashed words and pairs with a weight, ascending, and the weights, -127 to 127. */
  readonly slots: readonly number[];
  readonly weights: readonly number[];
}

/** Words and pairs of a text that count; what follows in a longer text does not. */
const MOST_SLOTS = 1024;

/** Computes the log odds of a text by a layer, given the lexicon's score of the text. */
export function layerLogOdds({ bias, lexiconWeight, scale, slots, weights }: WordLayer) {
  const table = new Int8Array(SLOTS);
  for (const [at, slot] of slots.entries()) table[slot] = weights[at]!;
  const found = new Int32Array(MOST_SLOTS);
  return (text: string, score: number): number => {
    const size = readWordSlots(text, found);
    let sum = 0;
    for (let at = 0; at < size; at++) sum += table[found[at]!]!;
    return bias + lexiconWeight * score + scale * sum;
  };
}

/** The score of a log odds, -1 to 1 with four decimals: the mean label to expect, of -1, 0 and 1. */
export const scoreOfLogOdds = (odds: number, slope: number): number =>
  Math.round(Math.tanh((slope * odds) / 2) * 10_000) / 10_000;

/** A lexicon with a layer, which decides sign and size wherever the lexicon is not neutral. */
export function layeredScorer(
  lexiconScore: (text: string) => number,
  layer: WordLayer,
): (text: string) => number {
  const oddsOf = layerLogOdds(layer);
  return (text) => {
    const score = lexiconScore(text);
    return Math.abs(score) < NEUTRAL_BELOW ? score : scoreOfLogOdds(oddsOf(text, score), layer.slope);
  };
}
