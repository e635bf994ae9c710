import { autocovariances } from './autocovariance.ts';
import { meanOf } from './correlation.ts';
import type { TimeSeries } from './ranks.ts';

/** x[t] - mean = sum of coefficients[j] * (x[t - 1 - j] - mean) + noise. */
export interface Autoregression {
  readonly mean: number;
  readonly coefficients: readonly number[];
}

/**
 * Fits an autoregression by the Yule-Walker equations (Levinson-Durbin), of the order up to `highest` with the least AIC:
 * n ln(variance of the noise) + 2 order, n being the values present.
 */
export function fitAutoregression(values: TimeSeries, highest: number): Autoregression {
  const mean = meanOf(values);
  const gamma = autocovariances(values, highest);
  const n = values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
  let coefficients: number[] = [];
  let best = coefficients;
  let variance = gamma[0]!;
  let least = 0;
  for (let order = 1; order <= highest; order++) {
    const sum = coefficients.reduce((rest, phi, at) => rest - phi * gamma[order - 1 - at]!, gamma[order]!);
    const partial = sum / variance;
    // Gaps can make autocovariances that no process has; the orders below are sound.
    if (!(Math.abs(partial) < 1)) break;
    const previous = coefficients;
    coefficients = [...previous.map((phi, at) => phi - partial * previous[order - 2 - at]!), partial];
    variance *= 1 - partial * partial;
    const aic = n * Math.log(variance / gamma[0]!) + 2 * order;
    if (aic < least) [least, best] = [aic, coefficients];
  }
  return { mean, coefficients: best };
}

/**
 * What an autoregression does not foresee of each value. Missing where the value is, and in the first `order` values, also
 * after a gap longer than the order. In a shorter gap, a missing value counts as its prediction.
 */
export function prewhitened(values: TimeSeries, { mean, coefficients }: Autoregression): TimeSeries {
  const order = coefficients.length;
  const past = new Float64Array(values.length);
  let known = 0;
  let gap = 0;
  return values.map((value, t) => {
    let predicted = 0;
    for (let j = 0; j < Math.min(order, t); j++) predicted += coefficients[j]! * past[t - 1 - j]!;
    const isMissing = Number.isNaN(value);
    gap = isMissing ? gap + 1 : 0;
    if (gap > order) known = 0;
    else if (known > 0 || !isMissing) known += 1;
    past[t] = isMissing ? (known === 0 ? 0 : predicted) : value - mean;
    return known > order ? value - mean - predicted : Number.NaN;
  });
}
