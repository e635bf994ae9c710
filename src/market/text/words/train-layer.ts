import { trainLogistic } from '../../../core/learn/logistic.ts';
import type { SparseRow } from '../../../core/learn/sparse.ts';
import { layerLogOdds, NEUTRAL_BELOW, type WordLayer } from './word-layer.ts';
import { readWordSlots, SLOTS } from './word-slots.ts';

export interface LabelledText {
  readonly text: string;
  /** 1 positive, 0 neutral, -1 negative. */
  readonly label: -1 | 0 | 1;
}

export interface LayerTraining {
  /** The lexicon's score of a text. */
  readonly lexiconScore: (text: string) => number;
  /** A layer to begin with: the trained one corrects it. Without it, the lexicon alone. */
  readonly from?: WordLayer;
  /** Penalty of a word's weight; the larger, the fewer words have one. */
  readonly l1: number;
  readonly l2: number;
  /** How much words count, 0 to 1, beside what the examples say: less where posts differ from the examples. */
  readonly trust: number;
}

const MOST_SLOTS = 1024;
const INT8 = 127;
/** The index of the base log odds (or the lexicon's score), after the indices of words. */
const BASE = SLOTS;

/**
 * Trains a layer on the positive and negative texts in which the lexicon sees a feeling. Both labels count alike, however
 * many there are of each. `slope` is fitted to the labels of all texts, the neutral too. Deterministic.
 * Throws RangeError where either label is missing among them.
 */
export function trainLayer(examples: readonly LabelledText[], training: LayerTraining): WordLayer {
  const { lexiconScore, from, l1, l2, trust } = training;
  const seen = examples
    .map(({ text, label }) => ({ text, label, score: lexiconScore(text) }))
    .filter(({ score }) => Math.abs(score) >= NEUTRAL_BELOW);
  const clear = seen.filter(({ label }) => label !== 0);
  const positives = clear.filter(({ label }) => label > 0).length;
  if (positives === 0 || positives === clear.length)
    throw new RangeError(
      'no texts with both labels, positive and negative, in which the lexicon sees a feeling',
    );
  const baseOdds = from && layerLogOdds(from);
  const baseOf = (text: string, score: number): number => (baseOdds ? baseOdds(text, score) : score);
  const found = new Int32Array(MOST_SLOTS);
  const rowOf = ({ text, score }: (typeof seen)[number]): SparseRow => {
    const size = readWordSlots(text, found);
    const slots = [...new Set(found.subarray(0, size))];
    return { indices: [BASE, ...slots], values: [baseOf(text, score), ...slots.map(() => 1)] };
  };
  const { bias, weights } = trainLogistic(
    clear.map(rowOf),
    clear.map(({ label }) => label > 0),
    { l1, l2, free: new Set([BASE]) },
  );
  const baseWeight = weights.get(BASE) ?? 0;
  const balanced = bias + Math.log((clear.length - positives) / positives);
  const sums = new Map<number, number>();
  for (const [at, slot] of (from?.slots ?? []).entries())
    sums.set(slot, baseWeight * from!.scale * from!.weights[at]!);
  for (const [slot, weight] of weights)
    if (slot !== BASE) sums.set(slot, (sums.get(slot) ?? 0) + trust * weight);
  const layer = quantized(
    from ? balanced + baseWeight * from.bias : balanced,
    from ? baseWeight * from.lexiconWeight : baseWeight,
    sums,
  );
  const oddsOf = layerLogOdds(layer);
  const slope = fitSlope(
    seen.map(({ text, score }) => oddsOf(text, score)),
    seen.map(({ label }) => label),
  );
  return { ...layer, slope };
}

/** Six digits are enough, and the same on every machine. */
const rounded = (value: number): number => Number(value.toPrecision(6));

function quantized(bias: number, lexiconWeight: number, sums: ReadonlyMap<number, number>): WordLayer {
  const largest = Math.max(0, ...[...sums.values()].map(Math.abs));
  const scale = rounded(largest / INT8 || 1);
  const kept = [...sums]
    .map(([slot, weight]) => ({ slot, weight: Math.max(-INT8, Math.min(INT8, Math.round(weight / scale))) }))
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => a.slot - b.slot);
  return {
    bias: rounded(bias),
    lexiconWeight: rounded(lexiconWeight),
    slope: 1,
    scale,
    slots: kept.map(({ slot }) => slot),
    weights: kept.map(({ weight }) => weight),
  };
}

/** The slope with which tanh(slope × log odds / 2) is nearest to the labels, by squares. */
export function fitSlope(odds: readonly number[], labels: readonly number[]): number {
  const lossAt = (slope: number): number =>
    odds.reduce((sum, value, at) => sum + (Math.tanh((slope * value) / 2) - labels[at]!) ** 2, 0);
  let best = 0.01;
  let bestLoss = lossAt(best);
  for (let step = 2; step <= 150; step++) {
    const loss = lossAt(step / 100);
    if (loss < bestLoss) [best, bestLoss] = [step / 100, loss];
  }
  return best;
}
