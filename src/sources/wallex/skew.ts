import { formatSpan, type Millis } from '../../core/time.ts';
import type { HttpAnswer } from '../http/client.ts';

/** The local clock may differ so much from the service's before it is told: quotes carry the time of the poll. */
export const TOLERATED_SKEW_MS: Millis = 5000;

/** How far the local clock is ahead of header Date, which is cut to whole seconds; 0 without one. */
export function clockSkew({ serverTime, askedAt, answeredAt }: HttpAnswer): Millis {
  if (serverTime === undefined) return 0;
  const ahead = askedAt - (serverTime + 999);
  const behind = serverTime - answeredAt;
  return ahead > 0 ? ahead : behind > 0 ? -behind : 0;
}

export const isSkewed = (skew: Millis): boolean => Math.abs(skew) > TOLERATED_SKEW_MS;

/** `7s ahead of`, `2m behind`. */
export const describeSkew = (skew: Millis): string =>
  `${formatSpan(Math.max(1000, Math.round(Math.abs(skew) / 1000) * 1000))} ${skew > 0 ? 'ahead of' : 'behind'}`;
