import { HOUR, type Millis } from '../../core/util/time.ts';

/** What windows of one hour of the week came to: number of windows, mean, variance, start of the newest. Plain data. */
export type HourBaseline = readonly [count: number, mean: number, variance: number, newest: Millis];

const HOURS_OF_WEEK = 168;
/** 1970-01-05T00:00Z was a Monday. */
const FIRST_MONDAY_HOUR = 4 * 24;
/** Fewer windows say nothing about what is usual. */
const LEAST_WINDOWS = 4;
/** Windows that the mean remembers: those of about eight weeks, six an hour. Older ones fade. */
const MOST_WINDOWS = 48;

/** 0 for Monday 00:00 to 01:00 UTC, 167 for the last hour of Sunday. */
export const hourOfWeek = (time: Millis): number => {
  const hours = Math.floor(time / HOUR) - FIRST_MONDAY_HOUR;
  return ((hours % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
};

/** The baseline with one more value; values come in order of their windows. */
export function withValue(base: HourBaseline | undefined, value: number, start: Millis): HourBaseline {
  const [count, mean, variance] = base ?? [0, 0, 0];
  const weight = 1 / Math.min(count + 1, MOST_WINDOWS);
  const step = value - mean;
  return [count + 1, mean + step * weight, (1 - weight) * (variance + weight * step * step), start];
}

/** Mean and standard deviation against which a window that starts at `start` is judged; undefined if too little is known before it. */
export function usual(
  base: HourBaseline | undefined,
  start: Millis,
): { readonly mean: number; readonly deviation: number } | undefined {
  if (base === undefined) return undefined;
  const [count, mean, variance, newest] = base;
  return count < LEAST_WINDOWS || newest >= start || variance < 1e-12
    ? undefined
    : { mean, deviation: Math.sqrt(variance) };
}

/** What attention is measured in: log(1 + posts). */
export const attentionOf = (posts: number): number => Math.log1p(posts);
