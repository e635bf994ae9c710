import { lowerBound } from '../../core/util/binary-search.ts';
import type { Millis } from '../../core/util/time.ts';

/** A window on the time axis, [start, end). */
export interface WindowSpan {
  readonly start: Millis;
  readonly end: Millis;
}

/**
 * The position of a time among windows: 2.5 is the end of window 2 and the start of window 3, as bars are drawn around
 * whole numbers.
 */
export function logicalOf(windows: readonly WindowSpan[], time: Millis): number {
  const at = Math.max(0, lowerBound(0, windows.length, (index) => windows[index]!.start > time) - 1);
  const window = windows[at];
  if (window === undefined) return 0;
  const part = (time - window.start) / (window.end - window.start);
  const isLast = at === windows.length - 1;
  return at - 0.5 + (isLast ? part : Math.min(1, part));
}
