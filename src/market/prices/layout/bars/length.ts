import { mostCommon } from '../../../../core/util/most-common.ts';
import { DAY, formatSpan, HOUR, MINUTE, type Millis } from '../../../../core/util/time.ts';
import {
  type BarLength,
  isMonth,
  lengthBetween,
  MONTH_LENGTH,
  pastMultiple,
  usualLength,
} from './usual-lengths.ts';

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

const startsMonth = (time: Millis): boolean => time % DAY === 0 && new Date(time).getUTCDate() === 1;

const SAY = 'add --interval with the length of a bar, as --interval 1m';

/** Rows between the bars, such as a running bar stamped with the moment of a download: at most this share of many. */
const STRAY = 0.01;
const FEW = 10;
const strayLimit = (count: number): number => (count < FEW ? 0 : Math.max(STRAY * count, 1));
/** From here on a length may be shorter than each step: a market that seldom trades has no row for most minutes. */
const SHORTEST_UNSEEN = MINUTE;

/** How many times are not a whole number of lengths away from most of them. Clocks that change move days by an hour. */
function straysOf(times: readonly Millis[], length: Millis): number {
  const phase = mostCommon(times.map((time) => time % length))?.value ?? 0;
  const bear = length < DAY ? 0 : HOUR;
  return times.filter((time) => {
    const rest = pastMultiple(time, length, phase);
    return rest > bear && rest < length - bear;
  }).length;
}

/** The length that only the steps show, or why they show none. */
function lengthOfSteps(steps: readonly Millis[], series: LengthSigns['series']): FoundLength {
  if (steps.length === 0) return { why: `one time does not tell how long a bar is: ${SAY}` };
  const shortest = steps.reduce((a, b) => Math.min(a, b));
  if (shortest >= 28 * DAY && series.every((times) => times.every(startsMonth)))
    return { length: MONTH_LENGTH };
  const common = steps.reduce(gcd);
  const whole = common === shortest || common >= SHORTEST_UNSEEN ? usualLength(common) : undefined;
  const { value, fraction } = mostCommon(steps)!;
  const most = fraction > 0.5 ? usualLength(value) : undefined;
  const strays = most === undefined ? 0 : straysOf(series.flat(), most.ms);
  if (most !== undefined && strays <= strayLimit(steps.length)) {
    const isClear = whole === undefined || whole.text === most.text || strays === 0;
    if (isClear) return { length: most };
    return {
      why: `its rows are ${most.text} apart but for ${strays}, so it may have bars of ${most.text} or of ${whole.text}: ${SAY}`,
    };
  }
  if (whole !== undefined) return { length: whole };
  const apart = [...new Set(steps)]
    .sort((a, b) => a - b)
    .slice(0, 3)
    .map(formatSpan);
  return { why: `its rows are ${apart.join(', ')} apart, which tells no usual length of a bar: ${SAY}` };
}

/** Times of closing decide if most of them tell one length. */
const MOST = 0.95;

function fromSpans(spans: LengthSigns['spans']): FoundLength | undefined {
  const lengths = spans.map(([start, end]) => lengthBetween(start, end)).filter((one) => one !== undefined);
  const texts = mostCommon(lengths.map(({ text }) => text));
  if (texts === undefined || lengths.length < spans.length / 2) return undefined;
  const others = [...new Set(lengths.map(({ text }) => text))];
  return texts.fraction < MOST
    ? {
        why: `rows have bars of several lengths (${others.slice(0, 5).join(', ')}): keep those of one length`,
      }
    : { length: lengths.find(({ text }) => text === texts.value)! };
}

/** The length that `--interval` tells, unless the rows contradict it. */
function wishedLength(
  wished: BarLength,
  closing: FoundLength | undefined,
  steps: readonly Millis[],
): FoundLength {
  const shortest = isMonth(wished) ? 28 * DAY : wished.ms;
  // Clocks that go forward make a day of 23 hours.
  const short = steps.filter((step) => step < (shortest >= DAY ? shortest - HOUR : shortest));
  // A row between two bars makes two short steps.
  if (short.length > 2 * strayLimit(steps.length)) {
    const step = short.reduce((a, b) => Math.min(a, b));
    return {
      why: `--interval ${wished.text} is longer than the ${formatSpan(step)} between two of its rows: give the length of a bar`,
    };
  }
  if (closing !== undefined && 'length' in closing && closing.length.text !== wished.text)
    return {
      why: `--interval ${wished.text}, but its times of closing tell bars of ${closing.length.text}: leave --interval out`,
    };
  return { length: wished };
}

/** The length of a file's bars: from `--interval`, times of closing, a column, the file's name, the steps of its rows. */
export function findLength(signs: LengthSigns): FoundLength {
  const { series, spans, wished, inColumn, inName, isNameKnown } = signs;
  const steps = stepsOf(series);
  if (inColumn.length > 1)
    return {
      why: `it has bars of several lengths (${inColumn.map(({ text }) => text).join(', ')}): take one with --symbol-column and --symbol`,
    };
  const closing = fromSpans(spans);
  if (wished !== undefined) return wishedLength(wished, closing, steps);
  if (closing !== undefined) return closing;
  if (inColumn.length === 1) return { length: inColumn[0]! };
  const found = lengthOfSteps(steps, series);
  const ofSteps = 'length' in found ? found.length : undefined;
  // A name such as btc-1d.csv may also tell how much is in the file.
  const named =
    inName !== undefined && 'length' in wishedLength(inName, undefined, steps) ? inName : undefined;
  if (named !== undefined) {
    const isOther = ofSteps !== undefined && ofSteps.text !== named.text;
    const isDoubtful = !isNameKnown && isOther && mostCommon(steps)!.fraction > 0.9;
    if (!isDoubtful) return { length: named };
    return {
      why: `its name tells bars of ${named.text}, but its rows are ${ofSteps.text} apart: add --interval with the length of a bar`,
    };
  }
  return found;
}
