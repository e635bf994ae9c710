import type { NewRecord } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import { gapRecord } from '../gaps.ts';

const MINUTE: Millis = 60_000;

/** A gap that is not over. */
interface Gap {
  readonly from: Millis;
  /** Each once, the first one first. */
  readonly reasons: Set<string>;
  /** When the open stream began, and whether it was asked for all that the gap missed. */
  to: Millis;
  backfilled: boolean;
}

/** Keeps account of when X was heard, and of the gap since. */
export interface GapTracker {
  /** What came until then is written, or marked as missed: a start after a kill begins here. */
  readonly safeUntil: Millis | undefined;
  /** X was heard at this time. */
  heard(at: Millis): void;
  /** X is not heard any more. */
  because(reason: string): void;
  /** Minutes to ask for so that the gap is covered, up to `most`. */
  minutes(now: Millis, most: number): number;
  /** A stream has begun that was asked for so many minutes. Its marker follows at once where nothing is to come. */
  opened(at: Millis, minutes: number): readonly NewRecord[];
  /** The stream works: what it was asked for has come. The gap's marker; none without a gap. */
  over(): readonly NewRecord[];
}

/** `before`: when an earlier run has heard X; undefined for the first one ever. */
export function gapTracker(before: Millis | undefined): GapTracker {
  let heard = before;
  let gap: Gap | undefined;

  function over(): NewRecord[] {
    if (gap === undefined) return [];
    const { from, to, reasons, backfilled } = gap;
    gap = undefined;
    return [gapRecord({ source: 'x', from, to, reason: [...reasons].join(', '), backfilled })];
  }

  return {
    get safeUntil() {
      return gap?.from ?? heard;
    },
    heard(at) {
      heard = at;
    },
    because(reason) {
      if (heard === undefined) return;
      gap ??= { from: heard, reasons: new Set(), to: heard, backfilled: false };
      gap.reasons.add(reason);
    },
    minutes: (now, most) =>
      gap === undefined ? 0 : Math.min(Math.max(1, Math.ceil((now - gap.from) / MINUTE)), most),
    opened(at, minutes) {
      heard = at;
      if (gap === undefined) return [];
      gap.to = at;
      gap.backfilled = minutes > 0 && at - gap.from <= minutes * MINUTE;
      // Until the stream has proved to work, what it was asked for is asked for again by the next one.
      return minutes > 0 ? [] : over();
    },
    over,
  };
}
