import type { Millis } from '../../core/time.ts';
import { type HttpHeaders, readDate, readRetryAfter } from '../http/headers.ts';

const LONGEST_MS: Millis = 86_400_000;

const number = (value: string | string[] | undefined): number =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;

/**
 * How long an answer asks to wait: until the end of a rate limit's window when nothing of it is left, or Retry-After.
 * The window's end is measured on X's clock, so that a wrong clock here does not matter.
 */
export function askedWait(headers: HttpHeaders, now: Millis): Millis | undefined {
  const theirs = readDate(headers) ?? now;
  const isUsedUp = !(number(headers['x-rate-limit-remaining']) > 0);
  const reset = isUsedUp ? number(headers['x-rate-limit-reset']) * 1000 - theirs : Number.NaN;
  const waits = [reset, readRetryAfter(headers, theirs)].filter((wait) => wait > 0);
  return waits.length === 0 ? undefined : Math.min(LONGEST_MS, Math.max(...waits));
}
