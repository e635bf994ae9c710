import type { UserError } from '../core/errors.ts';
import type { Millis } from '../core/util/time.ts';
import type { MissedWindows } from '../processors/processor.ts';
import type { VisibleFile } from '../sinks/sink.ts';
import type { CommitTimer } from './progress/commit-timer.ts';

export interface Reporter {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

interface GapSum {
  count: number;
  seconds: number;
}

/** Gaps in the data of a source: those that were backfilled, and the others. */
export interface GapCounts {
  readonly backfilled: GapSum;
  readonly missed: GapSum;
}

/** What a program that scores texts has done. */
export type ScorerCounts = Readonly<Record<'texts' | 'batches' | 'restarts', number>>;

/** A stage's counts so far; also the JSON summary of a one-shot run. */
export interface StageStats {
  /** `select`, `candles`, `sink file prices`, `produce file`. */
  readonly stage: string;
  in: number;
  out: number;
  late: number;
  rejected: number;
  /** Rejected and late records by reason: the first few reasons, and the rest as one. */
  rejectReasons?: Record<string, number>;
  lateReasons?: Record<string, number>;
  /** Rows that were written again because of late records; undefined if none was. */
  amended?: number;
  files: number;
  /** Further counts of a sink: commits, files by the reason they were closed. */
  sink?: Readonly<Record<string, number>>;
  /** Records dropped on purpose, by reason. */
  dropped: Record<string, number>;
  /** What the program of the user's that scores texts has done. */
  scored?: ScorerCounts | undefined;
  /** What a live source counted: retries, connections, credits. */
  metered?: Record<string, number>;
  /** Gaps in the data of a live source; undefined without one. */
  gaps?: GapCounts;
  /** Offsets by `topic/partition`: where the run began and how far it got. */
  from: Record<string, number>;
  to: Record<string, number>;
  /** Records written by topic. */
  written: Record<string, number>;
  /** Unread records by input topic, at the last refresh. */
  lag: Readonly<Record<string, number>>;
  /** Smallest watermark of an open key. */
  watermark: Millis | undefined;
  /** The windows that late records missed, if a replay can compute them again. */
  missed?: MissedWindows | undefined;
  /** What a live source may still take of a service: `9,120 credits left`. */
  quota?: string | undefined;
  /** A sink's last file. */
  lastFile?: VisibleFile | undefined;
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
  lag: {},
  watermark: undefined,
});

/** Unread records of all inputs. */
export const totalLag = ({ lag }: Pick<StageStats, 'lag'>): number =>
  Object.values(lag).reduce((sum, count) => sum + count, 0);

/** Number of reasons that are counted apart; the reasons after these are counted together. */
const MOST_REASONS = 10;
const OTHER_REASONS = 'other reasons';

type Reasons = 'rejectReasons' | 'lateReasons';

/** Adds rejected or late records by reason to the stage's counts. */
export function countReasons(
  stats: StageStats,
  kind: Reasons,
  reasons: Readonly<Record<string, number>>,
): void {
  stats[kind] ??= {};
  const counts = stats[kind];
  for (const [reason, count] of Object.entries(reasons)) {
    const isApart = Object.hasOwn(counts, reason) || Object.keys(counts).length < MOST_REASONS;
    const name = isApart ? reason : OTHER_REASONS;
    counts[name] = (counts[name] ?? 0) + count;
  }
}

/** All rejects by reason; those whose reason was not counted have the reason `unusable`. */
export function totalRejectReasons({ rejected, rejectReasons = {} }: StageStats): Record<string, number> {
  const known = Object.values(rejectReasons).reduce((sum, count) => sum + count, 0);
  return rejected > known ? { ...rejectReasons, unusable: rejected - known } : { ...rejectReasons };
}

/** Adds the marker of a gap, the value of a record of topic `gaps`, to the stage's counts. */
export function countGap(stats: StageStats, value: string | null): void {
  const { from, to, backfilled } = JSON.parse(value ?? '{}') as Record<string, unknown>;
  stats.gaps ??= { backfilled: { count: 0, seconds: 0 }, missed: { count: 0, seconds: 0 } };
  const sum = backfilled === true ? stats.gaps.backfilled : stats.gaps.missed;
  sum.count += 1;
  sum.seconds += (Date.parse(String(to)) - Date.parse(String(from))) / 1000;
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
  for (const kind of ['rejectReasons', 'lateReasons'] as const) {
    if (counted[kind] !== undefined) countReasons(to, kind, counted[kind]);
    delete counted[kind];
  }
  if (counted.amended !== undefined) to.amended = (to.amended ?? 0) + counted.amended;
  delete counted.amended;
  for (const [reason, count] of Object.entries(counted.dropped))
    to.dropped[reason] = (to.dropped[reason] ?? 0) + count;
  counted.dropped = {};
  if (counted.missed !== undefined) to.missed = missedBoth(to.missed, counted.missed);
  counted.missed = undefined;
}

/**
 * How a one-shot run ends the event time of its processors: `clock` moves it to the clock, `all` past everything, `open` leaves it,
 * because a source had not read up to the present.
 */
export type FinishMode = 'clock' | 'all' | 'open';

/** A part of the pipeline in this process. Lifecycle: start, then finish or stop; stop also interrupts a finish. */
export interface Stage {
  readonly stats: StageStats;
  /** Its commits, or appends of a source. */
  readonly commits: CommitTimer;
  /** Whether it has received its share of the partitions. */
  readonly isReady: boolean;
  /** Updates `stats.lag`, also while the stage itself is stuck. Rejects when the bus does not answer. */
  refresh?(): Promise<void>;
  /** It may wait for records longer than --max-wait: a live source that is read for a fixed span. */
  readonly ignoresMaxWait?: boolean;
  /** Creates the topics it needs; called for all stages before any of them starts. */
  prepare?(): Promise<void>;
  /** Joins its group or finds its position. Throws UserError `locked` if an exclusive run holds the group. */
  start(): Promise<void>;
  /** A source that has not read up to the present: its history goes on in the next run. */
  readonly isBehind?: boolean;
  /**
   * Ends a one-shot run: reads to the current end offsets, advances watermarks, commits and leaves. A source finishes when it
   * has nothing more to read.
   */
  finish(mode: FinishMode): Promise<void>;
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
