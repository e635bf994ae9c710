import type { UserError } from '../core/errors.ts';
import type { Millis } from '../core/util/time.ts';

export interface Reporter {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** A stage's counters; the JSON summary of a one-shot run. */
export interface StageStats {
  /** `select`, `candles`, `sink file prices`, `produce file`. */
  readonly stage: string;
  in: number;
  out: number;
  late: number;
  rejected: number;
  files: number;
  /** Further counts of a sink: commits, reasons for closing files. */
  sink?: Readonly<Record<string, number>>;
  /** Dropped on purpose, by reason. */
  dropped: Record<string, number>;
  /** Offsets by `topic/partition`: where the run began and where it is. */
  from: Record<string, number>;
  to: Record<string, number>;
  /** Records written by topic. */
  written: Record<string, number>;
  /** Unread records of the inputs at the last check. */
  lag: number;
  /** Smallest watermark of an open key. */
  watermark: Millis | undefined;
  /** Further text for its status line. */
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

/** A part of the pipeline that runs in this process. Lifecycle: start, then finish or stop; stop also interrupts a finish. */
export interface Stage {
  readonly stats: StageStats;
  /** It may be idle for any time: a live source that is read for a set duration. */
  readonly patient?: boolean;
  /** Creates its topics. Runs for all stages before any of them starts. */
  prepare?(): Promise<void>;
  /** Joins its group, or reads a source's position. Throws UserError `locked` during an exclusive run of the same stage. */
  start(): Promise<void>;
  /**
   * End of a one-shot run: reads to the current end offsets, advances watermarks (`clock` to the clock, `all` past
   * everything), commits and leaves. A source is done when it has nothing more to read.
   */
  finish(mode: 'clock' | 'all'): Promise<void>;
  /** Commits what is done and leaves. */
  stop(): Promise<void>;
  /** Of a source: resolves when it ends, or has failed alone; rejects like `failed`. */
  readonly ended?: Promise<void>;
  /** Why a source failed alone; the run does not count as a success. */
  readonly givenUp?: UserError | undefined;
  /** Rejects with a UserError when the stage has failed permanently. */
  readonly failed: Promise<never>;
}
