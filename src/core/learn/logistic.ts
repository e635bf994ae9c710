import { type DenseColumns, denseColumns, type SparseRow } from './sparse.ts';

/** Log odds = bias + the sum of weight times value. */
export interface LinearModel {
  readonly bias: number;
  /** Weights other than 0, by index. */
  readonly weights: ReadonlyMap<number, number>;
}

export interface Penalty {
  /** Inverse variance of the normal prior of each weight: the larger, the fewer examples can move it. */
  readonly l2: number;
  /** Rate of the Laplace prior of each weight; sets weights of little use to 0. */
  readonly l1?: number;
  /** Indices that have the weak prior of the bias instead. */
  readonly free?: ReadonlySet<number>;
}

/** Rounds of the solver, and the largest change of a weight that ends it. */
const MOST_STEPS = 2000;
const TOLERANCE = 1e-5;
/** Keeps the bias finite where all examples have one label. */
const WEAK = 1e-3;

export function logOdds({ bias, weights }: LinearModel, { indices, values }: SparseRow): number {
  let sum = bias;
  for (let at = 0; at < indices.length; at++) sum += (weights.get(indices[at]!) ?? 0) * values[at]!;
  return sum;
}

export const probabilityOf = (odds: number): number => 1 / (1 + Math.exp(-odds));

/** log(1 + e^x) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** The log odds of each example under `weights`, whose last entry is the bias. */
function oddsOf({ starts, columns, values, width }: DenseColumns, weights: Float64Array): Float64Array {
  const odds = new Float64Array(starts.length - 1);
  for (let row = 0; row < odds.length; row++) {
    let sum = weights[width]!;
    for (let at = starts[row]!; at < starts[row + 1]!; at++) sum += weights[columns[at]!]! * values[at]!;
    odds[row] = sum;
  }
  return odds;
}

function lossOf(odds: Float64Array, labels: ArrayLike<boolean>, weights: Float64Array, l2: Float64Array) {
  let loss = 0;
  for (let row = 0; row < odds.length; row++) loss += softplus(labels[row] ? -odds[row]! : odds[row]!);
  for (let at = 0; at < weights.length; at++) loss += 0.5 * l2[at]! * weights[at]! * weights[at]!;
  return loss;
}

function gradientOf(
  { starts, columns, values, width }: DenseColumns,
  labels: ArrayLike<boolean>,
  weights: Float64Array,
  odds: Float64Array,
  l2: Float64Array,
): Float64Array {
  const gradient = weights.map((weight, at) => weight * l2[at]!);
  for (let row = 0; row < odds.length; row++) {
    const error = probabilityOf(odds[row]!) - (labels[row] ? 1 : 0);
    gradient[width]! += error;
    for (let at = starts[row]!; at < starts[row + 1]!; at++) gradient[columns[at]!]! += error * values[at]!;
  }
  return gradient;
}

/** The largest curvature of the loss along each weight: it scales the steps, so that rare features do not move slowly. */
function curvatureOf({ starts, columns, values, width }: DenseColumns, l2: Float64Array): Float64Array {
  const curvature = l2.slice();
  for (let at = 0; at < columns.length; at++) curvature[columns[at]!]! += 0.25 * values[at]! * values[at]!;
  curvature[width]! += 0.25 * (starts.length - 1);
  return curvature;
}

/**
 * Logistic regression with priors around 0. The accelerated proximal gradient method (FISTA, Beck & Teboulle 2009) with
 * restarts where the momentum points uphill (O'Donoghue & Candès 2015). Deterministic; depends on the order of the rows
 * by rounding alone.
 */
export function trainLogistic(
  rows: readonly SparseRow[],
  labels: readonly boolean[],
  { l2, l1 = 0, free = new Set() }: Penalty,
): LinearModel {
  const data = denseColumns(rows);
  const { indexOf, width } = data;
  const isFree = (column: number): boolean => column === width || free.has(indexOf[column]!);
  const l2s = Float64Array.from({ length: width + 1 }, (_, column) => (isFree(column) ? WEAK : l2));
  const l1s = Float64Array.from({ length: width + 1 }, (_, column) => (isFree(column) ? 0 : l1));
  const curvature = curvatureOf(data, l2s);
  let weights: Float64Array = new Float64Array(width + 1);
  let ahead = weights;
  let momentum = 1;
  let step = 1;
  for (let count = 0; count < MOST_STEPS; count++) {
    const odds = oddsOf(data, ahead);
    const loss = lossOf(odds, labels, ahead, l2s);
    const gradient = gradientOf(data, labels, ahead, odds, l2s);
    let next: Float64Array;
    for (step *= 1.1; ; step /= 2) {
      next = ahead.map((weight, at) => {
        const length = step / curvature[at]!;
        return shrunk(weight - length * gradient[at]!, length * l1s[at]!);
      });
      const bound = loss + 1e-12 * Math.abs(loss) + rise(gradient, ahead, next, curvature, step);
      if (lossOf(oddsOf(data, next), labels, next, l2s) <= bound) break;
    }
    const isUphill = turn(ahead, next, weights, curvature) > 0;
    const grown = isUphill ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const factor = isUphill ? 0 : (momentum - 1) / grown;
    let change = 0;
    ahead = next.map((weight, at) => {
      const moved = weight - weights[at]!;
      change = Math.max(change, Math.abs(moved));
      return weight + factor * moved;
    });
    weights = next;
    momentum = grown;
    if (change < TOLERANCE) break;
  }
  const pairs = Array.from(indexOf, (index, column): [number, number] => [index, weights[column]!]);
  return { bias: weights[width]!, weights: new Map(pairs.filter(([, weight]) => weight !== 0)) };
}

const shrunk = (weight: number, by: number): number => Math.sign(weight) * Math.max(Math.abs(weight) - by, 0);

/** (ahead - next) · (next - last), measured by the curvature: positive where the momentum points uphill. */
function turn(ahead: Float64Array, next: Float64Array, last: Float64Array, curvature: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < next.length; at++)
    sum += curvature[at]! * (ahead[at]! - next[at]!) * (next[at]! - last[at]!);
  return sum;
}

/** The most that the loss may rise from `ahead` to `next` if the step is short enough. */
function rise(
  gradient: Float64Array,
  ahead: Float64Array,
  next: Float64Array,
  curvature: Float64Array,
  step: number,
): number {
  let sum = 0;
  for (let at = 0; at < next.length; at++) {
    const change = next[at]! - ahead[at]!;
    sum += gradient[at]! * change + (curvature[at]! * change * change) / (2 * step);
  }
  return sum;
}
