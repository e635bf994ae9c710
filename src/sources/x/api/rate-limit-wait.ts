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
 * The wait that a response requests: until the end of an exhausted rate limit window, or Retry-After. Measured on X's
 * clock, so that a wrong local clock does not matter.
 */
export function rateLimitWait(headers: HttpHeaders, now: Millis): Millis | undefined {
  const serverTime = readDate(headers) ?? now;
  const isUsedUp = !(numberIn(headers, 'x-rate-limit-remaining') > 0);
  const reset = isUsedUp ? numberIn(headers, 'x-rate-limit-reset') * 1000 - serverTime : Number.NaN;
  const waits = [reset, readRetryAfter(headers, serverTime)].filter((wait) => wait > 0);
  return waits.length === 0 ? undefined : Math.min(LONGEST_WAIT_MS, Math.max(...waits));
}
