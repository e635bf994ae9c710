import type { Millis } from '../../../core/util/time.ts';
import {
  type HttpHeaders,
  LONGEST_WAIT_MS,
  oneHeader,
  readDate,
  readRetryAfter,
} from '../../shared/http/headers.ts';

const numberIn = (headers: HttpHeaders, name: string): number => {
  const text = oneHeader(headers, name) ?? '';
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
};

/**
 * How long an answer asks to wait: until the end of a rate limit's window when nothing of it is left, or Retry-After.
 * The window's end is measured on X's clock, so that a wrong clock here does not matter.
 */
export function rateLimitWait(headers: HttpHeaders, now: Millis): Millis | undefined {
  const theirs = readDate(headers) ?? now;
  const isUsedUp = !(numberIn(headers, 'x-rate-limit-remaining') > 0);
  const reset = isUsedUp ? numberIn(headers, 'x-rate-limit-reset') * 1000 - theirs : Number.NaN;
  const waits = [reset, readRetryAfter(headers, theirs)].filter((wait) => wait > 0);
  return waits.length === 0 ? undefined : Math.min(LONGEST_WAIT_MS, Math.max(...waits));
}
