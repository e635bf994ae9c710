import { groupDigits } from '../../../core/text/numbers.ts';
import type { LagReport, LeadReport, UnitReport } from '../../../market/lead/lead-report.ts';
import { correlationText, lagText, pText } from '../../../market/lead/sentences.ts';
import { table } from '../../output/table.ts';

type Paint = (text: string) => string;
const right = (title: string) => ({ title, right: true });
const COLUMNS = [
  { title: 'COIN' },
  { title: 'WINDOW' },
  { title: 'WHAT FIRST' },
  right('LAG'),
  right('PEARSON'),
  right('SPEARMAN'),
  right('P'),
  right('PAIRS'),
  right('EFFECTIVE'),
];

const strongestOf = (lags: readonly LagReport[]): LagReport =>
  lags.reduce((a, b) => (b.p < a.p || (b.p === a.p && Math.abs(b.pearson) > Math.abs(a.pearson)) ? b : a));

/** A row for each direction of each pair of series: the lag with the least p. */
export function leadTable({ units }: LeadReport, paint: Paint): string[] {
  const rows = units.flatMap(({ unit, byLag, effective }) =>
    [
      { first: unit.series, of: byLag.filter(({ lag }) => lag > 0) },
      { first: 'return', of: byLag.filter(({ lag }) => lag < 0) },
      { first: 'neither', of: byLag.filter(({ lag }) => lag === 0) },
    ].map(({ first, of }) => {
      const { lag, pairs, pearson, spearman, p } = strongestOf(of);
      const at = lagText(lag, unit.length);
      const numbers = [correlationText(pearson), correlationText(spearman), pText(p)];
      const counts = [groupDigits(pairs), groupDigits(Math.round(effective))];
      return [unit.coin, unit.window, first, at, ...numbers, ...counts];
    }),
  );
  return table(COLUMNS, rows, paint);
}

/** Characters from the middle of the chart to either end. */
const HALF = 24;

/** One correlation as a bar from the middle; dots are the band of what chance alone gives one lag. */
function bar(r: number, band: number, scale: number): string {
  const column = (value: number) => HALF + Math.round((value / scale) * HALF);
  const at = column(Number.isNaN(r) ? 0 : r);
  const cells = Array.from({ length: 2 * HALF + 1 }, (_, x) => {
    if (x !== HALF && x >= Math.min(at, HALF) && x <= Math.max(at, HALF)) return '█';
    if (x === HALF) return '│';
    return x === column(band) || x === column(-band) ? '┊' : ' ';
  });
  return cells.join('').trimEnd();
}

/** Correlation by lag of one pair of series, for a terminal. */
export function lagChart({ unit, byLag, band }: UnitReport, paint: Paint): string[] {
  const largest = Math.max(band, ...byLag.map(({ pearson }) => Math.abs(pearson) || 0));
  const labels = byLag.map(({ lag }) => lagText(lag, unit.length));
  const room = Math.max(...labels.map((label) => label.length));
  return [
    paint(`${unit.coin}, windows of ${unit.window}: correlation of ${unit.series} with the return, by lag`),
    ...byLag.map(
      ({ pearson }, at) =>
        `${labels[at]!.padStart(room)} ${correlationText(pearson).padStart(6)} ${bar(pearson, band, largest)}`,
    ),
    `${' '.repeat(room + 8)}┊ 95 % band of one lag: ±${correlationText(band)}. Above 0, ${unit.series} comes first.`,
  ];
}
