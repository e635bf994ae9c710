import { counted } from '../../core/text/numbers.ts';
import { formatSpan, type Millis } from '../../core/util/time.ts';
import { LEAD_P, type Lead, type LeadReport } from './lead-report.ts';
import type { LeadUnit } from './unit.ts';

/** A lag as a span with its sign: `+20m`. */
export const lagText = (lag: number, length: Millis): string =>
  lag === 0 ? '0' : `${lag > 0 ? '+' : '-'}${formatSpan(Math.abs(lag) * length)}`;

/** Three decimals, never 0. */
export const pText = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));
export const correlationText = (r: number): string => (Number.isNaN(r) ? '-' : r.toFixed(3));

const namedWindow = ({ coin, window }: LeadUnit): string => `${coin}, windows of ${window}`;

/** `attention comes 20m before the return (btc, windows of 10m)`. */
function direction({ report: { unit }, lag: { lag } }: Lead): string {
  const span = formatSpan(Math.abs(lag) * unit.length);
  const [first, second] = lag > 0 ? [unit.series, 'the return'] : ['the return', unit.series];
  return `${first} comes ${span} before ${second} (${namedWindow(unit)})`;
}

/** `13 lags, 3 coins and 2 windows`. */
function allowedFor({ units }: LeadReport): string {
  const distinct = (of: (unit: LeadUnit) => string) => new Set(units.map(({ unit }) => of(unit))).size;
  const parts = [
    [units[0]!.byLag.length, 'lag'] as const,
    [distinct(({ coin }) => coin), 'coin'] as const,
    [distinct(({ window }) => window), 'window'] as const,
    [distinct(({ series }) => series), 'series', 'series'] as const,
  ].filter(([count, noun]) => noun === 'lag' || count > 1);
  const texts = parts.map(([count, noun, plural]) => counted(count, noun, plural));
  return texts.length === 1 ? texts[0]! : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/** What a second half adds that has seen nothing of the first. */
function halvesText({ isLead, halves }: LeadReport): string {
  const { lead, firstP, secondP } = halves;
  const so = isLead ? ': it may be chance, so look again with more data' : '';
  if (firstP >= LEAD_P) return `The first half alone finds no lead (p = ${pText(firstP)})${so}.`;
  return secondP < LEAD_P
    ? `The first half finds that ${direction(lead)}, and the second half confirms it (p = ${pText(secondP)}).`
    : `The first half finds that ${direction(lead)}, but the second half does not confirm it (p = ${pText(secondP)})${so}.`;
}

/** The answer in words: whether something leads, how sure that is, and what its halves say. */
export function sentences(report: LeadReport): string[] {
  const { strongest, isLead, together } = report;
  const { report: of, lag } = strongest;
  const p = pText(lag.p).replace(/^(?!<)/, '= ');
  const at = lagText(lag.lag, of.unit.length);
  const allowed = `once ${allowedFor(report)} are allowed for`;
  const first = isLead
    ? `A lead found: ${direction(strongest)}, r = ${correlationText(lag.pearson)}, p ${p} ${allowed}.`
    : `No lead found: what looks like one at ${at} (${namedWindow(of.unit)}) has p ${p} ${allowed}.`;
  const same =
    together === undefined
      ? []
      : [
          `${capital(together.report.unit.series)} and return move together within one window (${namedWindow(together.report.unit)}, r = ${correlationText(together.lag.pearson)}); that is no lead.`,
        ];
  return [first, halvesText(report), ...same];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
