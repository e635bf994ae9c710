import { DAY, formatSpan, HOUR, MINUTE, type Millis, SECOND } from '../../../../core/util/time.ts';

/** Length of a bar: its text in names (`5m`, `1w`, `1M`), and milliseconds; a month counts as 30 days. */
export interface BarLength {
  readonly text: string;
  readonly ms: Millis;
}

export const MONTH_LENGTH: BarLength = { text: '1M', ms: 30 * DAY };
export const isMonth = ({ text }: BarLength): boolean => text === '1M';

/** How far a time is past the last multiple of a length, counted from `origin`: 0 up to the length. */
export const pastMultiple = (time: Millis, ms: Millis, origin: Millis = 0): Millis =>
  (((time - origin) % ms) + ms) % ms;

const length = (text: string, ms: Millis): BarLength => ({ text, ms });

/** The lengths that exchanges and data sets offer, shortest first. */
const USUAL: readonly BarLength[] = [
  ...[1, 5, 10, 15, 30].map((count) => length(`${count}s`, count * SECOND)),
  ...[1, 3, 5, 10, 15, 30].map((count) => length(`${count}m`, count * MINUTE)),
  ...[1, 2, 3, 4, 6, 8, 12].map((count) => length(`${count}h`, count * HOUR)),
  length('1d', DAY),
  length('3d', 3 * DAY),
  length('1w', 7 * DAY),
  MONTH_LENGTH,
];

/** The usual length of exactly this time; undefined for any other. */
export const usualLength = (ms: Millis): BarLength | undefined =>
  USUAL.find((one) => one.ms === ms && !isMonth(one));

/** A length that the user names, usual or not. 28 to 31 days are a month. */
export const namedLength = (ms: Millis): BarLength =>
  ms >= 28 * DAY && ms <= 31 * DAY ? MONTH_LENGTH : (usualLength(ms) ?? length(formatSpan(ms), ms));

/** The time from a start to the end that a file gives, which may be the last unit inside the bar: 59 s, 59.999 s. */
export function lengthBetween(start: Millis, end: Millis): BarLength | undefined {
  const days = (end - start) / DAY;
  if (days > 27.9 && days <= 31) return MONTH_LENGTH;
  return [0, 1, SECOND].map((rest) => usualLength(end - start + rest)).find((one) => one !== undefined);
}

const UNITS: Readonly<Record<string, Millis>> = {
  s: SECOND,
  sec: SECOND,
  second: SECOND,
  m: MINUTE,
  min: MINUTE,
  minute: MINUTE,
  h: HOUR,
  hr: HOUR,
  hour: HOUR,
  hourly: HOUR,
  d: DAY,
  day: DAY,
  daily: DAY,
  w: 7 * DAY,
  week: 7 * DAY,
  weekly: 7 * DAY,
};
const WRITTEN = /^(\d{0,4})[ -]?([a-z]+?)s?$/i;

/** The usual length that a text names: `5m`, `1min`, `1 hour`, `D`, `daily`, `1M`, `1mo`. Undefined if none. */
export function readLength(text: string): BarLength | undefined {
  const match = WRITTEN.exec(text.trim());
  if (match === null) return undefined;
  const [, count, unit] = match as unknown as [string, string, string];
  if (unit === 'M' || /^mo(?:n|nth|nthly)?$/i.test(unit))
    return Number(count || 1) === 1 ? MONTH_LENGTH : undefined;
  return usualLength(Number(count || 1) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
}

/** The length in minutes as some files write it: `5`, `60`, `1440`. */
export const readMinutes = (text: string): BarLength | undefined =>
  /^\d{1,5}$/.test(text.trim()) ? usualLength(Number(text) * MINUTE) : undefined;
