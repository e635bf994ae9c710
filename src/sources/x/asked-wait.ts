import type { Millis } from '../../core/time.ts';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const LONGEST_MS: Millis = 86_400_000;

const number = (value: string | string[] | undefined): number =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;

/** X's clock, by its Date header. */
export function serverTime(headers: Headers): Millis | undefined {
  const time = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/**
 * How long an answer asks to wait: until the end of a rate limit's window when nothing of it is left, or Retry-After.
 * The window's end is measured on X's clock, so that a wrong clock here does not matter.
 */
export function askedWait(headers: Headers, now: Millis): Millis | undefined {
  const theirs = serverTime(headers) ?? now;
  const isUsedUp = !(number(headers['x-rate-limit-remaining']) > 0);
  const reset = isUsedUp ? number(headers['x-rate-limit-reset']) * 1000 - theirs : Number.NaN;
  const after = headers['retry-after'];
  const retry = number(after) * 1000;
  const until = typeof after === 'string' ? Date.parse(after) - theirs : Number.NaN;
  const waits = [reset, Number.isNaN(retry) ? until : retry].filter((wait) => wait > 0);
  return waits.length === 0 ? undefined : Math.min(LONGEST_MS, Math.max(...waits));
}
