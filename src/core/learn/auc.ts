import { averageRanks } from '../stats/ranks.ts';
import { probabilityOf } from './logistic.ts';

/** The chance that a positive example scores above a negative one; equal scores count half. */
export interface Auc {
  readonly auc: number;
  /** Bounds of its 95 % interval. */
  readonly low: number;
  readonly high: number;
}

const Z = 1.959964;

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/**
 * The area under the ROC curve with DeLong's interval (1988), on the scale of log odds, so that it stays within 0 to 1.
 * Where he finds no variance (classes that do not overlap, or of one example), Wilson's interval (1927) of as many pairs as
 * the smaller class has examples. NaN if a class is empty.
 */
export function aucOf(scores: readonly number[], labels: readonly boolean[]): Auc {
  const positives = Float64Array.from(scores.filter((_, at) => labels[at]));
  const negatives = Float64Array.from(scores.filter((_, at) => !labels[at]));
  const [p, n] = [positives.length, negatives.length];
  if (p === 0 || n === 0) return { auc: Number.NaN, low: Number.NaN, high: Number.NaN };
  const all = averageRanks(Float64Array.from([...positives, ...negatives]));
  const [own, other] = [averageRanks(positives), averageRanks(negatives)];
  /** For each positive example, the part of the negative ones that it is above; and the reverse. */
  const above = own.map((rank, at) => (all[at]! - rank) / n);
  const below = other.map((rank, at) => 1 - (all[p + at]! - rank) / p);
  const auc = above.reduce((sum, part) => sum + part, 0) / p;
  const variance = p > 1 && n > 1 ? varianceOf(above) / p + varianceOf(below) / n : 0;
  if (variance <= 0 || auc <= 0 || auc >= 1) return { auc, ...wilson(auc, Math.min(p, n)) };
  const odds = Math.log(auc / (1 - auc));
  const error = Math.sqrt(variance) / (auc * (1 - auc));
  return { auc, low: probabilityOf(odds - Z * error), high: probabilityOf(odds + Z * error) };
}

function wilson(auc: number, count: number): { readonly low: number; readonly high: number } {
  const z2 = (Z * Z) / count;
  const centre = (auc + z2 / 2) / (1 + z2);
  const half = Math.sqrt(z2 * auc * (1 - auc) + (z2 * z2) / 4) / (1 + z2);
  return { low: Math.min(auc, centre - half), high: Math.max(auc, Math.min(1, centre + half)) };
}
