import { formatTime, type Millis } from '../util/time.ts';
import { InvalidRecord } from './record.ts';

/**
 * Why an event time is refused that is later than `latest`, the clock's time + `--max-ahead`: one such time would move
 * its key's watermark past all that is still to come. Undefined for a time that is not, and for NaN.
 */
export const whyAhead = (time: Millis, latest: Millis): string | undefined =>
  time > latest
    ? `its time ${formatTime(time)} is too far ahead of the clock: after ${formatTime(latest)} (--max-ahead)`
    : undefined;

/** Throws Unreadable for an event time that is later than `latest`. */
export function refuseAhead(time: Millis, latest: Millis): void {
  const why = whyAhead(time, latest);
  if (why !== undefined) throw new InvalidRecord(why);
}
