import { meanOf } from './correlation.ts';
import type { TimeSeries } from './ranks.ts';

/**
 * Autocovariances at lags 0 to `most`. Of a complete series the usual ones, divided by n, which are those of a stationary
 * process. With gaps, each is the mean over the pairs that are present, times (n - lag) / n.
 */
export function autocovariances(values: TimeSeries, most: number): Float64Array {
  const n = values.length;
  const mean = meanOf(values);
  return Float64Array.from({ length: most + 1 }, (_, lag) => {
    let sum = 0;
    let pairs = 0;
    for (let t = lag; t < n; t++) {
      const product = (values[t]! - mean) * (values[t - lag]! - mean);
      if (Number.isNaN(product)) continue;
      sum += product;
      pairs += 1;
    }
    return pairs === 0 ? 0 : ((sum / pairs) * (n - lag)) / n;
  });
}

/**
 * How many independent pairs give a correlation of two series the same variance (Bartlett's formula over `most` lags), at
 * most `pairs`.
 */
export function effectivePairs(x: TimeSeries, y: TimeSeries, pairs: number, most: number): number {
  const [xs, ys] = [autocovariances(x, most), autocovariances(y, most)];
  let inflation = 1;
  for (let lag = 1; lag <= most; lag++) inflation += (2 * (xs[lag]! / xs[0]!) * ys[lag]!) / ys[0]!;
  return inflation > 1 ? pairs / inflation : pairs;
}
