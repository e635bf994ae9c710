import { averageRanks, type TimeSeries } from './ranks.ts';

/** The mean of the values that are present; NaN without any. */
export function meanOf(values: TimeSeries): number {
  let sum = 0;
  let count = 0;
  for (const value of values)
    if (!Number.isNaN(value)) {
      sum += value;
      count += 1;
    }
  return sum / count;
}

/** The pairs (x at t, y at t + lag) of which both are present, as two series of equal length. */
export function laggedPairs(
  x: TimeSeries,
  y: TimeSeries,
  lag: number,
): { readonly xs: TimeSeries; readonly ys: TimeSeries } {
  const xs: number[] = [];
  const ys: number[] = [];
  const end = Math.min(x.length, y.length - lag);
  for (let t = Math.max(0, -lag); t < end; t++) {
    if (Number.isNaN(x[t]!) || Number.isNaN(y[t + lag]!)) continue;
    xs.push(x[t]!);
    ys.push(y[t + lag]!);
  }
  return { xs: Float64Array.from(xs), ys: Float64Array.from(ys) };
}

/** Pearson's correlation of complete series of equal length; NaN if one does not vary. */
export function pearson(xs: TimeSeries, ys: TimeSeries): number {
  const [xMean, yMean] = [meanOf(xs), meanOf(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let at = 0; at < xs.length; at++) {
    const [x, y] = [xs[at]! - xMean, ys[at]! - yMean];
    xy += x * y;
    xx += x * x;
    yy += y * y;
  }
  return xx === 0 || yy === 0 ? Number.NaN : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** Spearman's correlation: Pearson's of the ranks, ties by average ranks. */
export const spearman = (xs: TimeSeries, ys: TimeSeries): number =>
  pearson(averageRanks(xs), averageRanks(ys));
