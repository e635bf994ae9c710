import { type Check, ok, warn } from '../../../core/check.ts';
import { formatSpan, type Millis } from '../../../core/util/time.ts';
import type { HttpAnswer } from './client.ts';

/** Tolerated difference between the local clock and the service's: quotes carry the time of the poll. */
const TOLERATED_SKEW_MS: Millis = 5000;

type Timed = Pick<HttpAnswer, 'serverTime' | 'askedAt' | 'answeredAt'>;

/** How far the local clock is ahead of header Date, which is truncated to seconds; 0 without one. */
export function clockSkew({ serverTime, askedAt, answeredAt }: Timed): Millis {
  if (serverTime === undefined) return 0;
  const ahead = askedAt - (serverTime + 999);
  const behind = serverTime - answeredAt;
  return ahead > 0 ? ahead : behind > 0 ? -behind : 0;
}

export const isSkewed = (skew: Millis): boolean => Math.abs(skew) > TOLERATED_SKEW_MS;

/** `7s ahead of`, `2m behind`. */
export const describeSkew = (skew: Millis): string =>
  `${formatSpan(Math.max(1000, Math.round(Math.abs(skew) / 1000) * 1000))} ${skew > 0 ? 'ahead of' : 'behind'}`;

/** Compares the local clock with the service's. */
export function checkClock(source: string, answer: Timed): Check {
  const what = `${source} clock`;
  const skew = clockSkew(answer);
  if (answer.serverTime === undefined)
    return warn(what, 'the service sends no time', 'Keep the local clock synchronized by NTP.');
  if (!isSkewed(skew)) return ok(what, 'the local clock agrees');
  return warn(
    what,
    `the local clock is ${describeSkew(skew)} the clock of the service`,
    'Synchronize the clock by NTP: timedatectl set-ntp true',
  );
}
