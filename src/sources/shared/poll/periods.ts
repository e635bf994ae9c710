import { DAY, MINUTE, type Millis } from '../../../core/util/time.ts';

/** Services reset their limits at the start of each UTC minute, day and month. */
export const nextMinute = (time: Millis): Millis => (Math.floor(time / MINUTE) + 1) * MINUTE;
export const nextDay = (time: Millis): Millis => (Math.floor(time / DAY) + 1) * DAY;

export function nextMonth(time: Millis): Millis {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** `2026-03`. */
export const monthOf = (time: Millis): string => new Date(time).toISOString().slice(0, 7);
