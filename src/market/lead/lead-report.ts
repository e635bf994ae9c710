import { effectivePairs } from '../../core/stats/autocovariance.ts';
import { laggedPairs, pearson, spearman } from '../../core/stats/correlation.ts';
import { type DrawSettings, testFamily } from './family.ts';
import { type Halves, testHalves } from './halves.ts';
import { highestOrder, type LeadInput, type LeadUnit, leadUnit } from './unit.ts';

/** Below this p, a correlation is called a lead. */
export const LEAD_P = 0.05;
/** Standard deviations of a band that holds 95 % of a normal distribution. */
const BAND = 1.959963984540054;

export interface LagReport {
  /** In windows: above 0, the series comes first; below 0, the return does. */
  readonly lag: number;
  readonly pairs: number;
  readonly pearson: number;
  readonly spearman: number;
  /** With all that was tested together allowed for. */
  readonly p: number;
}

export interface UnitReport {
  readonly unit: LeadUnit;
  /** Windows with both values, prewhitened. */
  readonly pairs: number;
  /** Independent pairs that these are worth. */
  readonly effective: number;
  /** Half the width of the 95 % band of one correlation. */
  readonly band: number;
  readonly byLag: readonly LagReport[];
}

export interface Lead {
  readonly report: UnitReport;
  readonly lag: LagReport;
}

export interface LeadReport {
  readonly units: readonly UnitReport[];
  /** The strongest correlation at a lag other than 0. */
  readonly strongest: Lead;
  readonly isLead: boolean;
  /** The strongest lag of the same window, if its p is below the same limit. */
  readonly together: Lead | undefined;
  readonly halves: { readonly lead: Lead } & Halves;
}

function unitReport(unit: LeadUnit, highestLag: number, ps: readonly number[]): UnitReport {
  const { x, y, lost } = unit;
  const cells = ps.map((p, row): LagReport => {
    const lag = row - highestLag;
    const { xs, ys } = laggedPairs(x, y, lag);
    return { lag, pairs: xs.length, pearson: pearson(xs, ys), spearman: spearman(xs, ys), p };
  });
  const { pairs } = cells[highestLag]!;
  const effective = effectivePairs(x, y, pairs * (1 - lost), highestOrder(x.length));
  return { unit, pairs, effective, band: Math.min(1, BAND / Math.sqrt(effective)), byLag: cells };
}

/** Tests all inputs together, of which there is at least one. */
export function leadReport(inputs: readonly LeadInput[], settings: DrawSettings): LeadReport {
  const { highestLag } = settings;
  const pairs = inputs.map(leadUnit);
  const { cells } = testFamily(pairs, settings);
  const units = pairs.map((unit, at) =>
    unitReport(
      unit,
      highestLag,
      cells[at]!.map(({ p }) => p),
    ),
  );
  const all = units.flatMap((report, at) =>
    report.byLag.map((lag, row) => ({ report, lag, size: Math.abs(cells[at]![row]!.squared) })),
  );
  const largest = (ofZero: boolean): Lead =>
    all.filter(({ lag }) => (lag.lag === 0) === ofZero).reduce((a, b) => (b.size > a.size ? b : a));
  const strongest = largest(false);
  const together = largest(true);
  const halves = testHalves(pairs, settings);
  const report = units[halves.at]!;
  return {
    units,
    strongest,
    isLead: strongest.lag.p < LEAD_P,
    together: together.lag.p < LEAD_P ? together : undefined,
    halves: { ...halves, lead: { report, lag: report.byLag[halves.lag + highestLag]! } },
  };
}
