import type { NewRecord } from '../../../core/stream/record.ts';
import { formatTime, MINUTE, type Millis, readTime } from '../../../core/util/time.ts';
import { gapRecord } from '../gaps.ts';

interface OpenGap {
  readonly from: Millis;
  /** Distinct reasons, oldest first. */
  readonly reasons: Set<string>;
  /** When the current connection opened. */
  to: Millis;
  /** Whether that connection was asked to backfill the whole gap. */
  backfilled: boolean;
}

/** Tracks when the service was last seen, and the gap since then. */
export interface GapTracker {
  /** Everything up to this time is stored or marked as missed; a restart after a crash resumes here. */
  readonly resumeFrom: Millis | undefined;
  /** Records that the service was alive at this time. */
  seen(at: Millis): void;
  /** Opens a gap, or adds a reason to the open one. */
  disconnected(reason: string): void;
  /** Minutes of backfill that cover the gap, at most `limit`. */
  backfillMinutes(now: Millis, limit: number): number;
  /** A connection opened with this backfill. Returns the gap's marker at once when no backfill is due. */
  connected(at: Millis, minutes: number): readonly NewRecord[];
  /** The connection proved stable, so its backfill has arrived. Returns the gap's marker, if there is a gap. */
  close(): readonly NewRecord[];
}

/** `source` names the gaps; `lastSeen` comes from an earlier run and is undefined on the first one. */
export function gapTracker(source: string, lastSeen: Millis | undefined): GapTracker {
  let seenAt = lastSeen;
  let gap: OpenGap | undefined;

  function close(): NewRecord[] {
    if (gap === undefined) return [];
    const { from, to, reasons, backfilled } = gap;
    gap = undefined;
    return [gapRecord({ source, from, to, reason: [...reasons].join(', '), backfilled })];
  }

  return {
    get resumeFrom() {
      return gap?.from ?? seenAt;
    },
    seen(at) {
      seenAt = at;
    },
    disconnected(reason) {
      if (seenAt === undefined) return;
      gap ??= { from: seenAt, reasons: new Set(), to: seenAt, backfilled: false };
      gap.reasons.add(reason);
    },
    backfillMinutes: (now, limit) =>
      gap === undefined ? 0 : Math.min(Math.max(1, Math.ceil((now - gap.from) / MINUTE)), limit),
    connected(at, minutes) {
      seenAt = at;
      if (gap === undefined) return [];
      gap.to = at;
      gap.backfilled = minutes > 0 && at - gap.from <= minutes * MINUTE;
      // The gap stays open until the connection proves stable: a failed one must request the backfill again.
      return minutes > 0 ? [] : close();
    },
    close,
  };
}

/** The resume time as a field of a stored position. */
export const formatResumeTime = (time: Millis | undefined): string | null =>
  time === undefined ? null : formatTime(time);

/** Undefined for anything that is not a stored time. */
export function parseResumeTime(value: unknown): Millis | undefined {
  const time = typeof value === 'string' ? readTime(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
