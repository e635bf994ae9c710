import type { Millis } from '../util/time.ts';
import type { TimedItem } from './time-buffer.ts';

/** A record in the buffer of a join. */
export interface Buffered<T> extends TimedItem {
  readonly item: T;
}

export interface Match<L, R> {
  readonly left: L;
  readonly right: R;
  /** Left time - right time. */
  readonly skewMs: Millis;
}

/** The range is half-open: a skew of -tolerance fits, +tolerance does not. */
export function fits(left: TimedItem, right: TimedItem, toleranceMs: Millis): boolean {
  const skew = left.time - right.time;
  return -toleranceMs <= skew && skew < toleranceMs;
}

export const match = <L, R>(left: Buffered<L>, right: Buffered<R>): Match<L, R> => ({
  left: left.item,
  right: right.item,
  skewMs: left.time - right.time,
});

/** The closest match of one left record, if any; on a tie the earlier right record. */
export function closest<L, R>(matches: readonly Match<L, R>[]): readonly Match<L, R>[] {
  return matches.length < 2 ? matches : [matches.reduce((best, next) => (closer(next, best) ? next : best))];
}

/** Of two equal distances, the larger skew belongs to the earlier right record. */
function closer(a: Match<unknown, unknown>, b: Match<unknown, unknown>): boolean {
  const difference = Math.abs(a.skewMs) - Math.abs(b.skewMs);
  return difference < 0 || (difference === 0 && a.skewMs > b.skewMs);
}
