import type { UserError } from '../core/errors.ts';
import type { Millis } from '../core/util/time.ts';

export interface Reporter {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** What a stage did so far; the JSON summary of a one-shot run. */
export interface StageStats {
  /** `select`, `candles`, `sink file prices`, `produce file`. */
  readonly stage: string;
  in: number;
  out: number;
  late: number;
  rejected: number;
  files: number;
  /** What a sink counted besides: commits, why files were closed. */
  sink?: Readonly<Record<string, number>>;
  /** Left out on purpose, by reason. */
  dropped: Record<string, number>;
  /** Offsets by `topic/partition`: where the run began and how far it got. */
  from: Record<string, number>;
  to: Record<string, number>;
  /** Records written by topic. */
  written: Record<string, number>;
  /** Unread records of the inputs when last looked at. */
  lag: number;
  /** Smallest watermark of an open key. */
  watermark: Millis | undefined;
  /** What its status line says besides. */
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

/** Adds to `to` what became of the records in `counted`, and sets that to zero. */
export function moveCounts(counted: StageStats, to: StageStats): void {
  for (const name of ['out', 'late', 'rejected'] as const) {
    to[name] += counted[name];
    counted[name] = 0;
  }
  for (const [reason, count] of Object.entries(counted.dropped))
    to.dropped[reason] = (to.dropped[reason] ?? 0) + count;
  counted.dropped = {};
}

/** A part of the pipeline that runs in this process. Life: start, then finish or stop; stop also cuts a finish short. */
export interface Stage {
  readonly stats: StageStats;
  /** May stand still for as long as it likes: a live source that is read for a set time. */
  readonly patient?: boolean;
  /** Makes the topics that it needs: of all stages before any of them starts. */
  prepare?(): Promise<void>;
  /** Takes its place (a group's membership, a source's position). Throws Problem `locked` under an exclusive run. */
  start(): Promise<void>;
  /**
   * One-shot end: reads to the end offsets pinned now, moves watermarks (`clock` to the clock, `all` past everything),
   * commits and leaves. A source is done when it has nothing more to read.
   */
  finish(mode: 'clock' | 'all'): Promise<void>;
  /** Drains: commits what is done and leaves. */
  stop(): Promise<void>;
  /** Of a source: resolves when it has nothing more, or was given up alone; rejects as `failed` does. */
  readonly ended?: Promise<void>;
  /** Why a source was given up alone; the run is no success. */
  readonly givenUp?: UserError | undefined;
  /** Rejects with a Problem when the stage has failed for good. */
  readonly failed: Promise<never>;
}
