import { DAY, formatSpan, HOUR, type Millis } from '../../../../core/util/time.ts';
import { type BarLength, isMonth, lengthBetween, MONTH_LENGTH, usualLength } from './usual-lengths.ts';

/** What a file shows of the length of its bars. Times are those of its rows, rejected ones too, in any order. */
export interface LengthSigns {
  /** Times of each series, as the zone's clocks show them. */
  readonly series: readonly (readonly Millis[])[];
  /** Start and end of rows that have both. */
  readonly spans: readonly (readonly [start: Millis, end: Millis])[];
  /** `--interval`. */
  readonly wished: BarLength | undefined;
  /** Distinct values of a column that names a length. */
  readonly inColumn: readonly BarLength[];
  readonly inName: BarLength | undefined;
  /** Whether the name is one that an exchange gives its files. */
  readonly isNameKnown: boolean;
}

export type FoundLength = { readonly length: BarLength } | { readonly why: string };

/** Steps between the distinct times of each series, none of them 0. */
function stepsOf(series: LengthSigns['series']): Millis[] {
  return series.flatMap((times) => {
    const sorted = [...new Set(times)].sort((a, b) => a - b);
    return sorted.slice(1).map((time, at) => time - sorted[at]!);
  });
}

function gcd(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** The most common value, the smaller one on a tie, and its share. */
function mode<T>(values: readonly T[]): { value: T; share: number } | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  return best && { value: best[0], share: best[1] / values.length };
}

const startsMonth = (time: Millis): boolean => time % DAY === 0 && new Date(time).getUTCDate() === 1;

/** Rows between the bars, such as the running bar stamped with the moment of the download, are at most this share. */
const STRAY = 0.05;
const FEW_STEPS = 10;
/** From here on a length may be shorter than each step: a market that seldom trades has no row for most minutes. */
const SHORTEST_UNSEEN = 60_000;

/** The length that only the steps show. Undefined if they show none. */
function lengthOfSteps(steps: readonly Millis[], series: LengthSigns['series']): BarLength | undefined {
  if (steps.length === 0) return undefined;
  const shortest = steps.reduce((a, b) => Math.min(a, b));
  if (shortest >= 28 * DAY && series.every((times) => times.every(startsMonth))) return MONTH_LENGTH;
  const common = steps.reduce(gcd);
  const whole = usualLength(common);
  if (whole !== undefined && (common === shortest || common >= SHORTEST_UNSEEN)) return whole;
  const { value, share } = mode(steps)!;
  const stray = steps.filter((step) => step % value !== 0);
  const few = steps.length < FEW_STEPS ? 0 : Math.max(STRAY * steps.length, 2);
  const shorter = stray.some((step) => usualLength(step) !== undefined && value % step === 0);
  // A day lasts 23 or 25 hours where clocks change.
  const strange =
    value === DAY ? stray.filter((step) => Math.abs(step % DAY) > HOUR && step % DAY < 23 * HOUR) : stray;
  return share > 0.5 && strange.length <= few && !shorter ? usualLength(value) : undefined;
}

const SAY = 'add --interval with the length of a bar, as --interval 1m';

function fromSpans(spans: LengthSigns['spans']): FoundLength | undefined {
  const lengths = spans.map(([start, end]) => lengthBetween(start, end)).filter((one) => one !== undefined);
  const texts = mode(lengths.map(({ text }) => text));
  if (texts === undefined || lengths.length < spans.length / 2) return undefined;
  const others = [...new Set(lengths.map(({ text }) => text))];
  return texts.share < 1 - STRAY
    ? {
        why: `rows have bars of several lengths (${others.slice(0, 5).join(', ')}): keep those of one length`,
      }
    : { length: lengths.find(({ text }) => text === texts.value)! };
}

/** The length of a file's bars: from `--interval`, times of closing, a column, the file's name, the steps of its rows. */
export function findLength(signs: LengthSigns): FoundLength {
  const { series, spans, wished, inColumn, inName, isNameKnown } = signs;
  const steps = stepsOf(series);
  const shortest = steps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const isLonger = (one: BarLength): boolean => (isMonth(one) ? 28 * DAY : one.ms) > shortest;
  const closing = fromSpans(spans);
  if (wished !== undefined) {
    if (isLonger(wished))
      return {
        why: `--interval ${wished.text} is longer than the ${formatSpan(shortest)} between two of its rows: give the length of a bar`,
      };
    if (closing !== undefined && 'length' in closing && closing.length.text !== wished.text)
      return {
        why: `--interval ${wished.text}, but its times of closing tell ${closing.length.text}: leave --interval out`,
      };
    return { length: wished };
  }
  if (closing !== undefined) return closing;
  if (inColumn.length > 1)
    return {
      why: `it has bars of several lengths (${inColumn.map(({ text }) => text).join(', ')}): take one with --symbol-column and --symbol`,
    };
  if (inColumn.length === 1) return { length: inColumn[0]! };
  const found = lengthOfSteps(steps, series);
  // A name such as btc-1d.csv may also tell how much is in the file.
  if (inName !== undefined && !isLonger(inName)) {
    const equal = mode(steps);
    const doubtful = !isNameKnown && found !== undefined && found.text !== inName.text && equal!.share > 0.9;
    if (!doubtful) return { length: inName };
    return {
      why: `its name tells bars of ${inName.text}, its rows are ${found.text} apart: add --interval`,
    };
  }
  if (found !== undefined) return { length: found };
  if (steps.length === 0) return { why: `one time does not tell how long a bar is: ${SAY}` };
  const apart = [...new Set(steps)]
    .sort((a, b) => a - b)
    .slice(0, 3)
    .map(formatSpan);
  return { why: `its rows are ${apart.join(', ')} apart, which tells no usual length of a bar: ${SAY}` };
}
