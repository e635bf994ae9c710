import { formatTime, type Millis } from '../util/time.ts';
import { InvalidRecord } from './record.ts';

/** The last time that a date may have. */
const LAST_DATE: Millis = 8.64e15;

/**
 * The reason to reject an event time later than `latest` (the clock + `--max-ahead`), which would move its key's
 * watermark past every later record. Undefined for an acceptable time, and for NaN.
 */
export const aheadReason = (time: Millis, latest: Millis): string | undefined =>
  time > latest
    ? `its time ${time > LAST_DATE ? 'past the year 275760' : formatTime(time)} is too far ahead of the clock: after ${formatTime(latest)} (--max-ahead)`
    : undefined;

/** Throws InvalidRecord for an event time later than `latest`. */
export function refuseAhead(time: Millis, latest: Millis): void {
  const why = aheadReason(time, latest);
  if (why !== undefined) throw new InvalidRecord(why);
}
