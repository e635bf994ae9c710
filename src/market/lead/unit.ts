import { type Autoregression, fitAutoregression, prewhitened } from '../../core/stats/autoregression.ts';
import type { TimeSeries } from '../../core/stats/ranks.ts';
import { type Grid, type Rhythm, withoutRhythm } from './rhythm.ts';

/** The fewest windows with both values that are tested. */
export const LEAST_WINDOWS = 48;

/** Values of one coin in windows of one length: what may lead, and the return; both on the same grid. */
export interface LeadInput extends Grid {
  readonly coin: string;
  /** The text of the window's length: `10m`. */
  readonly window: string;
  /** The column that may lead: `attention`, `sentiment`. */
  readonly series: string;
  readonly values: TimeSeries;
  readonly returns: TimeSeries;
}

/** One pair of series, ready to be correlated. */
export interface LeadUnit extends LeadInput {
  readonly x: TimeSeries;
  readonly y: TimeSeries;
  readonly xModel: Autoregression;
  readonly yModel: Autoregression;
  readonly rhythm: Rhythm;
  readonly lost: number;
}

/** The highest order of an autoregression that is tried: as R's ar(), but not above an eighth of the values. */
export const highestOrder = (n: number): number => Math.floor(Math.min(10 * Math.log10(n), n / 8));

/** Takes rhythm and self-prediction out of both series. */
export function leadUnit(input: LeadInput): LeadUnit {
  const x = withoutRhythm(input.values, input);
  const y = withoutRhythm(input.returns, input);
  const order = highestOrder(input.values.length);
  const [xModel, yModel] = [fitAutoregression(x.values, order), fitAutoregression(y.values, order)];
  return {
    ...input,
    x: prewhitened(x.values, xModel),
    y: prewhitened(y.values, yModel),
    xModel,
    yModel,
    rhythm: x.rhythm,
    lost: Math.max(x.lost, y.lost),
  };
}
