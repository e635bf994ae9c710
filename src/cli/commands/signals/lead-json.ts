import { formatTime } from '../../../core/util/time.ts';
import type { DrawSettings } from '../../../market/lead/family.ts';
import type { UntestedPair } from '../../../market/lead/inputs.ts';
import { LEAD_P, type Lead, type LeadReport, type UnitReport } from '../../../market/lead/lead-report.ts';
import { sentences } from '../../../market/lead/sentences.ts';

/** JSON has no NaN. */
const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

const cellJson = ({ report: { unit }, lag }: Lead) => ({
  coin: unit.coin,
  window: unit.window,
  series: unit.series,
  lag: lag.lag,
});

const unitJson = ({ unit, pairs, effective, band, byLag }: UnitReport) => ({
  coin: unit.coin,
  window: unit.window,
  series: unit.series,
  from: formatTime(unit.start),
  to: formatTime(unit.start + unit.values.length * unit.length),
  windows: unit.values.length,
  pairs,
  effective_pairs: effective,
  band,
  rhythm: unit.rhythm,
  autoregression: { series: unit.xModel, return: unit.yModel },
  lags: byLag.map(({ lag, pairs, pearson, spearman, p }) => ({
    lag,
    lag_ms: lag * unit.length,
    pairs,
    pearson: orNull(pearson),
    spearman: orNull(spearman),
    p,
  })),
});

/** The whole report as one JSON object. */
export function leadJson(
  report: LeadReport,
  settings: DrawSettings,
  leftOut: readonly UntestedPair[],
): string {
  const { strongest, halves, isLead, together } = report;
  return `${JSON.stringify({
    lead: isLead,
    text: sentences(report).join(' '),
    level: LEAD_P,
    seed: settings.seed,
    draws: settings.draws,
    strongest: { ...cellJson(strongest), p: strongest.lag.p, pearson: orNull(strongest.lag.pearson) },
    together: together === undefined ? null : { ...cellJson(together), p: together.lag.p },
    halves: {
      ...cellJson(halves.lead),
      first_p: halves.firstP,
      second_p: halves.secondP,
      confirmed: halves.firstP < LEAD_P && halves.secondP < LEAD_P,
    },
    tests: report.units.map(unitJson),
    left_out: leftOut,
  })}\n`;
}
