import { HOUR, MINUTE, type Millis } from '../../../../core/util/time.ts';
import type { DateOrder } from '../layout.ts';
import { clockTime, dayStart } from './digits.ts';

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
const monthOf = (text: string): number =>
  /^\d+$/.test(text) ? Number(text) : MONTHS.indexOf(text.slice(0, 3).toLowerCase()) / 3 + 1;

/** `12/31/2024`, `31.12.2024`, `31-Dec-2024`, `2024-1-5`; three parts in the writer's order. */
const DATE = /^(\d{1,4})([-/. ])(\d{1,2}|[A-Za-z]{3,9})\2,?\s*(\d{1,4})(?!\d)/;
const NAMED = /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})(?!\d)/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?!\d)/;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i;
const CLOCK =
  /^(?:[DT,_\s-]*(\d{1,2})(?::?(\d{2})(?::?(\d{2})(?:[.,:](\d{1,9}))?)?)?[\s-]*(AM|PM)?)?\s*(.*)$/i;
const OFFSET = /^(?:(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::00)?|Z|UTC|GMT|\(UTC\))$/i;

/** The offset from UTC that a suffix tells; NaN if it is none. */
function offsetOf(suffix: string): Millis {
  const match = OFFSET.exec(suffix);
  if (match === null) return Number.NaN;
  const [, sign = '+', hours = '0', minutes = '0'] = match;
  const [hour, minute] = [Number(hours), Number(minutes)];
  return hour < 24 && minute < 60 ? (hour * HOUR + minute * MINUTE) * (sign === '-' ? -1 : 1) : Number.NaN;
}

/** Year, month and day at the start of a text, and its length. */
type DatePart = readonly [year: number, month: number, day: number, length: number];

function datePart(text: string, order: DateOrder | undefined): DatePart | undefined {
  const compact = COMPACT.exec(text);
  if (compact !== null) return [Number(compact[1]), Number(compact[2]), Number(compact[3]), 8];
  const named = NAMED.exec(text);
  if (named !== null) return [Number(named[3]), monthOf(named[1]!), Number(named[2]), named[0].length];
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [all, first, , second, third] = match as unknown as [string, string, string, string, string];
  if (first.length === 4) return [Number(first), monthOf(second), Number(third), all.length];
  if (third.length !== 4) return undefined;
  if (/^\D/.test(second) || order === 'dmy')
    return [Number(third), monthOf(second), Number(first), all.length];
  return order === 'mdy' ? [Number(third), Number(first), Number(second), all.length] : undefined;
}

const fractionMs = (digits = ''): Millis => Number(digits.slice(0, 3).padEnd(3, '0'));

/** Hours of a twelve-hour clock: 12 AM is 0, 12 PM is 12. NaN past 12. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return hour > 12 || hour === 0 ? Number.NaN : (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
}

/** Reads any known form of a date, with or without a time of day and an offset. NaN if it is none. */
function readCalendar(
  written: string,
  order: DateOrder | undefined,
  toUtc: (wall: Millis) => Millis,
): Millis {
  const text = written.trim().replace(WEEKDAY, '');
  const part = datePart(text, order);
  if (part === undefined) return Number.NaN;
  const [year, month, day, length] = part;
  const time = CLOCK.exec(text.slice(length));
  if (time === null) return Number.NaN;
  const [, hour = '0', minute = '0', second = '0', fraction, half, suffix = ''] = time;
  const clock = clockTime(hourOf(Number(hour), half), Number(minute), Number(second)) + fractionMs(fraction);
  const wall = dayStart(year, month, day) + clock;
  if (suffix === '' || Number.isNaN(wall)) return Number.isNaN(wall) ? wall : toUtc(wall);
  return wall - offsetOf(suffix);
}

const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

/**
 * A reader of ISO 8601 (also with a blank, `/` or `.`), and of all other known forms. Consecutive rows share a day, which
 * is read once.
 */
export function calendarReader(
  order: DateOrder | undefined,
  toUtc: (wall: Millis) => Millis,
): (text: string) => Millis {
  let dayText = 'none';
  let day = Number.NaN;
  let suffixText = '';
  let offset = 0;
  const readDay = (text: string): void => {
    const sign = text.charCodeAt(4);
    const isIso = (sign === 45 || sign === 47 || sign === 46) && text.charCodeAt(7) === sign;
    day = isIso ? dayStart(two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8)) : Number.NaN;
    dayText = text.slice(0, 10);
  };
  return (text) => {
    const { length } = text;
    if (length < 10) return readCalendar(text, order, toUtc);
    if (!text.startsWith(dayText)) readDay(text);
    if (length === 10 && !Number.isNaN(day)) return toUtc(day);
    const gap = text.charCodeAt(10);
    if (Number.isNaN(day) || length < 16 || (gap !== 32 && gap !== 84) || text.charCodeAt(13) !== 58)
      return readCalendar(text, order, toUtc);
    const hasSeconds = text.charCodeAt(16) === 58;
    const clock = clockTime(two(text, 11), two(text, 14), hasSeconds ? two(text, 17) : 0);
    let at = hasSeconds ? 19 : 16;
    let wall = day + clock;
    if (Number.isNaN(wall)) return wall;
    if (hasSeconds && (text.charCodeAt(19) === 46 || text.charCodeAt(19) === 44)) {
      let unit = 100;
      for (at = 20; at < length; at++, unit /= 10) {
        const digit = text.charCodeAt(at) - 48;
        if (digit < 0 || digit > 9) break;
        if (unit >= 1) wall += digit * unit;
      }
    }
    if (at === length) return toUtc(wall);
    if (at + 1 === length && text.charCodeAt(at) === 90) return wall;
    if (!text.endsWith(suffixText) || text.length - at !== suffixText.length) {
      suffixText = text.slice(at);
      offset = offsetOf(suffixText.trim());
    }
    return Number.isNaN(offset) ? readCalendar(text, order, toUtc) : wall - offset;
  };
}
