import type { Millis } from '../../../core/util/time.ts';

const MINUTE: Millis = 60_000;
const DAY: Millis = 86_400_000;

/** Services reset their limits at the start of each UTC minute, day and month. */
export const nextMinute = (time: Millis): Millis => (Math.floor(time / MINUTE) + 1) * MINUTE;
export const nextDay = (time: Millis): Millis => (Math.floor(time / DAY) + 1) * DAY;

export function nextMonth(time: Millis): Millis {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** `2026-03`. */
export const monthOf = (time: Millis): string => new Date(time).toISOString().slice(0, 7);
