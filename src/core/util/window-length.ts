import { DAY, formatSpan, HOUR, MINUTE, type Millis, parseSpan } from './time.ts';
import { type ZoneOffset, zoneOffset } from './zone.ts';

/** The length of a window: milliseconds, a week that begins on Monday, or a calendar month. */
export type WindowLength = Millis | '1w' | '1M';

/** Parses `10m`, `1d`, `1w`, `1M`. Throws RangeError on anything else. */
export function parseWindow(text: string): WindowLength {
  if (text === '1w' || text === '1M') return text;
  if (/^\d+(w|M)$/.test(text))
    throw new RangeError(`windows of '${text}' have no standard start; write 1w, 1M, or days such as 14d`);
  return parseSpan(text);
}

/** As the user gave it: `10m`, `1w`. */
export const formatWindow = (length: WindowLength): string =>
  typeof length === 'number' ? formatSpan(length) : length;

const WEEK: Millis = 7 * DAY;
/** 1970-01-05, the first Monday after the epoch. */
const FIRST_MONDAY: Millis = 4 * DAY;
const LONGEST_MONTH: Millis = 31 * DAY;

/** The longest that a window of this length may be. */
export const longestOf = (length: WindowLength): Millis =>
  typeof length === 'number' ? length : length === '1w' ? WEEK : LONGEST_MONTH;

/** The windows of one length: [start, end) around any time. */
export interface Windows {
  readonly length: WindowLength;
  readonly name: string;
  readonly startOf: (time: Millis) => Millis;
  readonly endOf: (start: Millis) => Millis;
}

/** The first instant whose local time is `local` or later. */
function fromLocal(local: Millis, offset: ZoneOffset): Millis {
  const guess = local - offset(local);
  const time = local - offset(guess);
  // Clocks that go forward at midnight skip the first instant of the day: the jump itself begins it.
  return time + offset(time) < local ? local - offset(time - 12 * HOUR) : time;
}

/** Windows that begin by the days of a zone; `grid` finds the local start and end around a local time. */
function byDays(
  length: WindowLength,
  offset: ZoneOffset,
  floor: (local: Millis) => Millis,
  next: (localStart: Millis) => Millis,
): Windows {
  const localStart = (time: Millis) => floor(time + offset(time));
  return {
    length,
    name: formatWindow(length),
    startOf: (time) => fromLocal(localStart(time), offset),
    // A minute past the start, the local time is surely within its window.
    endOf: (start) => fromLocal(next(localStart(start + MINUTE)), offset),
  };
}

const floorTo = (time: Millis, step: Millis, origin: Millis): Millis =>
  Math.floor((time - origin) / step) * step + origin;

/**
 * The windows of a length. Whole days, weeks and months begin by the clock of `zone`; shorter ones are aligned to the
 * epoch, as are several days (7d from 1970-01-01, a Thursday).
 */
export function windowsOf(length: WindowLength, zone = 'UTC'): Windows {
  const offset = zoneOffset(zone);
  if (length === '1w')
    return byDays(
      length,
      offset,
      (local) => floorTo(local, WEEK, FIRST_MONDAY),
      (local) => local + WEEK,
    );
  if (length === '1M') {
    const month = (local: Millis, add: number): Millis => {
      const date = new Date(local);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + add);
    };
    return byDays(
      length,
      offset,
      (local) => month(local, 0),
      (local) => month(local, 1),
    );
  }
  if (length % DAY === 0 && zone !== 'UTC')
    return byDays(
      length,
      offset,
      (local) => floorTo(local, length, 0),
      (local) => local + length,
    );
  return {
    length,
    name: formatWindow(length),
    startOf: (time) => Math.floor(time / length) * length,
    endOf: (start) => start + length,
  };
}
