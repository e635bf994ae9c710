import { probabilityOf } from './logistic.ts';

/** Probability = 1 / (1 + e^-(slope * score + offset)). */
export interface Calibration {
  readonly slope: number;
  readonly offset: number;
}

export const calibrated = ({ slope, offset }: Calibration, score: number): number =>
  probabilityOf(slope * score + offset);

const STEPS = 100;
const TOLERANCE = 1e-10;

/**
 * Platt's calibration (1999) of scores of examples that the model has not seen: Newton's method on his smoothed targets,
 * which keep a small or cleanly divided sample from certainty. The slope is at least 0: a model that ranks the wrong way
 * round on new examples says the share of the positive ones for all.
 */
export function fitCalibration(scores: readonly number[], labels: readonly boolean[]): Calibration {
  const positives = labels.filter((label) => label).length;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (labels.length - positives + 2);
  const targets = labels.map((label) => (label ? high : low));
  const mean = targets.reduce((sum, target) => sum + target, 0) / Math.max(1, targets.length);
  const flat: Calibration = { slope: 0, offset: targets.length === 0 ? 0 : Math.log(mean / (1 - mean)) };
  let { slope, offset } = flat;
  const lossAt = (a: number, b: number): number =>
    scores.reduce((sum, score, at) => {
      const odds = a * score + b;
      return sum + Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))) - targets[at]! * odds;
    }, 0);
  let loss = lossAt(slope, offset);
  for (let count = 0; count < STEPS; count++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 1e-12, 0, 1e-12];
    for (const [at, score] of scores.entries()) {
      const probability = probabilityOf(slope * score + offset);
      const error = probability - targets[at]!;
      const weight = probability * (1 - probability);
      ga += error * score;
      gb += error;
      haa += weight * score * score;
      hab += weight * score;
      hbb += weight;
    }
    const determinant = haa * hbb - hab * hab;
    if (!(determinant > 0)) break;
    const da = -(hbb * ga - hab * gb) / determinant;
    const db = -(haa * gb - hab * ga) / determinant;
    let step = 1;
    while (step > 1e-10 && lossAt(slope + step * da, offset + step * db) > loss) step /= 2;
    slope += step * da;
    offset += step * db;
    const next = lossAt(slope, offset);
    if (loss - next < TOLERANCE) break;
    loss = next;
  }
  return slope >= 0 ? { slope, offset } : flat;
}
