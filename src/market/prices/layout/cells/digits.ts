import { epochTime, HOUR, MINUTE, type Millis, SECOND } from '../../../../core/util/time.ts';

/** Prices of crypto currencies are younger; an older time is a wrong one. */
export const EARLIEST: Millis = Date.UTC(1990);

/** The start of a day of the calendar, as if in UTC; NaN if it does not exist. */
export function dayStart(year: number, month: number, day: number): Millis {
  const start = Date.UTC(year, month - 1, day);
  const date = new Date(start);
  return year >= 1000 && date.getUTCDate() === day && date.getUTCMonth() === month - 1 ? start : Number.NaN;
}

/** A time of day; ISO 8601 allows 24:00:00. NaN if it does not exist. */
export const clockTime = (hour: number, minute: number, second: number): Millis =>
  minute < 60 && second < 60 && (hour < 24 || (hour === 24 && minute === 0 && second === 0))
    ? hour * HOUR + minute * MINUTE + second * SECOND
    : Number.NaN;

/** `yyyymmdd[HHMM[SS[mmm]]]` as if in UTC. No epoch count of these lengths that begins so is later than 1990. */
function compactTime(digits: string): Millis {
  const part = (from: number, to: number): number => Number(digits.slice(from, to));
  const day = dayStart(part(0, 4), part(4, 6), part(6, 8));
  return day + clockTime(part(8, 10), part(10, 12), part(12, 14)) + part(14, 17);
}

const isCompact = (text: string, length: number): boolean =>
  length === 8 || ((length === 12 || length === 14 || length === 17) && /^(?:19|20)/.test(text));

const FRACTION = /^\d{9,19}\.\d*$/;

/**
 * Reads a time written in digits only: an epoch count, or a date without separators (20240131), whose local time `toUtc`
 * converts to UTC. NaN for a count of digits that no time has; undefined if the text is not digits with at most one point.
 */
export function readDigits(text: string, toUtc: (wall: Millis) => Millis): Millis | undefined {
  const length = text.length;
  let value = 0;
  let digits = 0;
  for (; digits < length; digits++) {
    const digit = text.charCodeAt(digits) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (digits < length) {
    const isFraction = digits >= 9 && text.charCodeAt(digits) === 46 && FRACTION.test(text);
    return isFraction ? fractionTime(text, digits) : undefined;
  }
  if (length === 13 || length === 10) return epochTime(value);
  if (isCompact(text, length)) return toUtc(compactTime(text));
  if (length < 9 || length > 19) return Number.NaN;
  // More digits than a float holds: cut the nanoseconds off as text.
  return length > 16 ? Number(text.slice(0, length - 6)) : epochTime(value);
}

/** A count with a fraction, which matters only in seconds. */
const fractionTime = (text: string, digits: number): Millis =>
  digits > 16 ? Number(text.slice(0, digits - 6)) : epochTime(Number(text));
