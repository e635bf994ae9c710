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

/** Whether a match of the same left record is closer; of two equal distances, the one with the earlier right record. */
export function isCloser(a: Match<unknown, unknown>, b: Match<unknown, unknown>): boolean {
  const difference = Math.abs(a.skewMs) - Math.abs(b.skewMs);
  return difference < 0 || (difference === 0 && a.skewMs > b.skewMs);
}

/** How a join recognizes that a record repeats another. */
export interface Repeats<T> {
  /** Whether the second of two records of one series and time repeats the first. */
  readonly same: (first: T, second: T) => boolean;
  /** Identifies a record among those of its series and time, which then repeats only that one; undefined: `same` says. */
  readonly id?: (item: T) => string | undefined;
}

/** Whether an item repeats one of the records of its series and time: the last of them, or the one of its id. */
export function isRepeat<T>(records: readonly Buffered<T>[], { same, id }: Repeats<T>, item: T): boolean {
  const own = id?.(item);
  if (own !== undefined) return records.some((record) => id?.(record.item) === own);
  const last = records.at(-1);
  return last !== undefined && same(last.item, item);
}

export interface Side<T> extends Repeats<T> {
  readonly series: (item: T) => string;
  readonly on: (item: T) => string;
}

/** How the join reads its records. Left and right records match if they have the same `on`. */
export interface Sides<L, R> {
  readonly left: Side<L>;
  readonly right: Side<R> & {
    /** The nearest record is picked per pair. A pair has several series if several sources report it. */
    readonly pair: (item: R) => string;
    readonly source: (item: R) => string;
  };
}
