import { HOUR, type Millis } from '../../../src/core/util/time.ts';
import { testFamily } from '../../../src/market/lead/family.ts';
import { LEAD_P } from '../../../src/market/lead/lead-report.ts';
import { type LeadUnit, leadUnit } from '../../../src/market/lead/unit.ts';
import { grouped, noise, planted, START, TEN_MINUTES } from './lead-data.ts';

export const DRAWS = 399;
export const COINS = ['btc', 'eth', 'doge'];

interface History {
  readonly attention: Float64Array;
  /** Logarithms of prices at the ends of windows, after that at the start. */
  readonly prices: Float64Array;
}

export const walkOf = (steps: Float64Array): Float64Array => {
  const prices = new Float64Array(steps.length + 1);
  steps.forEach((step, t) => {
    prices[t + 1] = prices[t]! + step;
  });
  return prices;
};

/** A coin in windows of `length`, and in windows of `group` of these. */
export function units(
  coin: string,
  { attention, prices }: History,
  length: Millis,
  group: number,
): LeadUnit[] {
  return [1, group].map((count) => {
    const values = grouped(attention, count, 'mean');
    const returns = values.map((_, t) => prices[(t + 1) * count]! - prices[t * count]!);
    const window = `${(count * length) / HOUR}h`;
    return leadUnit({
      coin,
      window,
      series: 'attention',
      start: START,
      length: count * length,
      values,
      returns,
    });
  });
}

/** Runs in which a lead is found at p < 0.05, with 13 lags and all units allowed for. */
export function calledLeads(runs: number, unitsOf: (run: number) => readonly LeadUnit[]): number {
  let called = 0;
  for (let run = 0; run < runs; run++) {
    const { cells } = testFamily(unitsOf(run), { highestLag: 6, draws: DRAWS, seed: run });
    if (cells.some((row) => row.some(({ p }, at) => at !== 6 && p < LEAD_P))) called += 1;
  }
  return called;
}

/** Three coins that move together, each with attention that is white noise, in windows of 10m and 1h. */
export function noiseAndWalk(run: number): LeadUnit[] {
  const market = noise(run, 'market', 1000);
  return COINS.flatMap((coin) => {
    const steps = planted(market, 0, 0.7, noise(run, `${coin} price`, 1000));
    const attention = noise(run, `${coin} attention`, 1000);
    return units(coin, { attention, prices: walkOf(steps) }, TEN_MINUTES, 6);
  });
}

const HOURS = 4 * 168;

/** Three coins of which attention and return have hours of the week in common, three hours apart, and nothing else. */
export function sharedRhythm(run: number): LeadUnit[] {
  return COINS.flatMap((coin) => {
    const rhythm = noise(0, `${coin} rhythm`, 168);
    const withRhythm = (values: Float64Array, delay: number, size: number) =>
      values.map((value, t) => value + size * rhythm[(t + 168 - delay) % 168]!);
    const attention = withRhythm(noise(run, `${coin} attention`, HOURS), 0, 2);
    const steps = withRhythm(noise(run, `${coin} price`, HOURS), 3, 1);
    return units(coin, { attention, prices: walkOf(steps) }, HOUR, 2);
  });
}
