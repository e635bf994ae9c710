import type { UserError } from '../core/errors.ts';
import type { Millis } from '../core/util/time.ts';
import type { MissedWindows } from '../processors/processor.ts';

export interface Reporter {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** A stage's counts so far; also the JSON summary of a one-shot run. */
export interface StageStats {
  /** `select`, `candles`, `sink file prices`, `produce file`. */
  readonly stage: string;
  in: number;
  out: number;
  late: number;
  rejected: number;
  /** A source's rejected records by reason: the first few reasons, and the rest as one. */
  rejectReasons?: Record<string, number>;
  files: number;
  /** Further counts of a sink: commits, files by the reason they were closed. */
  sink?: Readonly<Record<string, number>>;
  /** Records dropped on purpose, by reason. */
  dropped: Record<string, number>;
  /** Offsets by `topic/partition`: where the run began and how far it got. */
  from: Record<string, number>;
  to: Record<string, number>;
  /** Records written by topic. */
  written: Record<string, number>;
  /** Number of unread input records at the last check. */
  lag: number;
  /** Smallest watermark of an open key. */
  watermark: Millis | undefined;
  /** The windows that late records missed, if a replay can compute them again. */
  missed?: MissedWindows | undefined;
  /** An extra note for the status line. */
  note?: string | undefined;
}

export const newStats = (stage: string): StageStats => ({
  stage,
  in: 0,
  out: 0,
  late: 0,
  rejected: 0,
  files: 0,
  dropped: {},
  from: {},
  to: {},
  written: {},
  lag: 0,
  watermark: undefined,
});

/** Number of reasons that are counted apart; the reasons after these are counted together. */
const MOST_REASONS = 10;
const OTHER_REASONS = 'other reasons';

/** Adds rejects by reason to the stage's counts. */
export function countRejectReasons(stats: StageStats, reasons: Readonly<Record<string, number>>): void {
  stats.rejectReasons ??= {};
  const counts = stats.rejectReasons;
  for (const [reason, count] of Object.entries(reasons)) {
    const isApart = Object.hasOwn(counts, reason) || Object.keys(counts).length < MOST_REASONS;
    const name = isApart ? reason : OTHER_REASONS;
    counts[name] = (counts[name] ?? 0) + count;
  }
}

/** Both as one span. */
export const missedBoth = (a: MissedWindows | undefined, b: MissedWindows): MissedWindows =>
  a === undefined
    ? b
    : {
        from: Math.min(a.from, b.from),
        to: Math.max(a.to, b.to),
        windows: [...new Set([...a.windows, ...b.windows])],
        flags: a.flags,
      };

/** Moves the outcome counts of `counted` to `to`. */
export function moveCounts(counted: StageStats, to: StageStats): void {
  for (const name of ['out', 'late', 'rejected'] as const) {
    to[name] += counted[name];
    counted[name] = 0;
  }
  for (const [reason, count] of Object.entries(counted.dropped))
    to.dropped[reason] = (to.dropped[reason] ?? 0) + count;
  counted.dropped = {};
  if (counted.missed !== undefined) to.missed = missedBoth(to.missed, counted.missed);
  counted.missed = undefined;
}

/** A part of the pipeline in this process. Lifecycle: start, then finish or stop; stop also interrupts a finish. */
export interface Stage {
  readonly stats: StageStats;
  /** May make no progress for any time: a live source that is read for a fixed span. */
  readonly patient?: boolean;
  /** Creates the topics it needs; called for all stages before any of them starts. */
  prepare?(): Promise<void>;
  /** Joins its group or finds its position. Throws UserError `locked` if an exclusive run holds the group. */
  start(): Promise<void>;
  /**
   * Ends a one-shot run: reads to the current end offsets, advances watermarks (`clock` to the clock, `all` past
   * everything), commits and leaves. A source finishes when it has nothing more to read.
   */
  finish(mode: 'clock' | 'all'): Promise<void>;
  /** Drains: commits finished work and leaves. */
  stop(): Promise<void>;
  /** For a source: resolves when it has nothing more to read or has stopped alone; rejects like `failed`. */
  readonly ended?: Promise<void>;
  /** A source of files: its records are their lines. */
  readonly readsFiles?: boolean;
  /** Why a source has stopped while the others continue; the run then fails. */
  readonly stopError?: UserError | undefined;
  /** Rejects with a UserError when the stage has failed permanently. */
  readonly failed: Promise<never>;
}
