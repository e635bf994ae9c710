import type { Auc } from '../../core/learn/auc.ts';
import { aucOf } from '../../core/learn/auc.ts';
import { type Calibration, calibrated, fitCalibration } from '../../core/learn/calibration.ts';
import { crossValidatedScores } from '../../core/learn/cross-validation.ts';
import { type LinearModel, type Penalty, trainLogistic } from '../../core/learn/logistic.ts';
import type { SparseRow } from '../../core/learn/sparse.ts';

/** A post that a user has liked or disliked, as features: its text is not stored. */
export interface Pick {
  readonly id: string;
  readonly liked: boolean;
  /** A hash of the text without links: posts of one group say the same, and are held back together. */
  readonly group: string;
  readonly row: SparseRow;
}

/** What a user's picks come to. */
export interface RelevanceModel {
  readonly picks: readonly Pick[];
  readonly linear: LinearModel;
  readonly calibration: Calibration;
  /** On held-back picks; undefined where a class has fewer than two. */
  readonly auc: Auc | undefined;
}

/** With fewer picks, a model ranks posts, but its probabilities mean little. */
export const FEWEST_PICKS = 50;
/** A model of more picks would take minutes to train and a file of tens of MB. */
export const MOST_PICKS = 20_000;

/** Chosen on simulated users of the sample (`npm run bench -- 20000 relevance`): few picks must not move a weight far. */
const PRIOR: Penalty = { l2: 1 };
const MOST_PARTS = 10;

/** The picks with new ones, which replace those of the same post; in the order of their first mention. */
export function withPicks(picks: readonly Pick[], added: readonly Pick[]): readonly Pick[] {
  return [...new Map([...picks, ...added].map((pick) => [pick.id, pick])).values()];
}

/** Trains a model on picks. The same picks in another order give the same model, but for rounding. */
export function trainRelevance(picks: readonly Pick[]): RelevanceModel {
  const rows = picks.map(({ row }) => row);
  const labels = picks.map(({ liked }) => liked);
  const groups = picks.map(({ group }) => group);
  const linear = trainLogistic(rows, labels, PRIOR);
  const groupsOf = (liked: boolean) =>
    new Set(picks.filter((pick) => pick.liked === liked).map(({ group }) => group)).size;
  const parts = Math.min(MOST_PARTS, groupsOf(true), groupsOf(false));
  if (parts < 2) return { picks, linear, calibration: { slope: 1, offset: 0 }, auc: undefined };
  const scores = crossValidatedScores({ rows, labels, groups }, PRIOR, parts);
  return { picks, linear, calibration: fitCalibration(scores, labels), auc: aucOf(scores, labels) };
}

/** The part of a model that scores posts. */
export type Scorer = (row: SparseRow) => number;

/** Makes a function that gives the probability that a post would be liked, with four decimals. */
export function relevanceScorer({ linear, calibration }: Omit<RelevanceModel, 'picks' | 'auc'>): Scorer {
  const weights = new Float64Array(65_536);
  for (const [index, weight] of linear.weights) weights[index] = weight;
  return ({ indices, values }) => {
    let odds = linear.bias;
    for (let at = 0; at < indices.length; at++) odds += weights[indices[at]!]! * values[at]!;
    return Math.round(calibrated(calibration, odds) * 10_000) / 10_000;
  };
}
