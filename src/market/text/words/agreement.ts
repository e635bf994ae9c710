import { type Auc, aucOf } from '../../../core/learn/auc.ts';
import { NEUTRAL_BELOW } from './word-layer.ts';

/** How scores agree with people's labels. */
export interface Agreement {
  /** Of positive against negative texts. */
  readonly auc: Auc;
  /** The count of positive and negative texts, and of those whose score has the other sign. */
  readonly clear: number;
  readonly opposite: number;
  /** The count of neutral texts, and of those whose score is neutral. */
  readonly neutral: number;
  readonly kept: number;
}

/** `labels`: 1, 0 or -1 for each score. */
export function agreementOf(scores: readonly number[], labels: readonly number[]): Agreement {
  const pairs = scores.map((score, at) => ({ score, label: labels[at]! }));
  const clear = pairs.filter(({ label }) => label !== 0);
  const neutral = pairs.filter(({ label }) => label === 0);
  return {
    auc: aucOf(
      clear.map(({ score }) => score),
      clear.map(({ label }) => label > 0),
    ),
    clear: clear.length,
    opposite: clear.filter(({ score, label }) => score * label <= -NEUTRAL_BELOW).length,
    neutral: neutral.length,
    kept: neutral.filter(({ score }) => Math.abs(score) < NEUTRAL_BELOW).length,
  };
}
