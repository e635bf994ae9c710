import type { Clock } from '../../core/util/clock.ts';
import { HOUR, type Millis, SECOND } from '../../core/util/time.ts';

/** How far a task may be ahead of the others in event time, and how much of it a commit may have. */
const MAX_AHEAD: Millis = 12 * HOUR;
/** The longest wait for the others, in case one of them is stuck. */
const LONGEST_WAIT: Millis = 10 * SECOND;

/** How often a waiting task checks whether it is to end. */
const CHECK_MS: Millis = 500;

/** What a task does before it processes records. */
export interface Pace {
  /** Waits while the task's next record is too far ahead of the other tasks', unless the task is to end. */
  pass(partition: number, time: Millis, isEnding: () => boolean): Promise<void>;
  /** The task has nothing to read, or has ended: the others do not wait for it. */
  leave(partition: number): void;
}

/**
 * Lets the tasks of a stage read a backlog side by side in event time, so that the records which they write to one topic are
 * nearly in order: those who read it keep less, and call none late.
 */
export function sharedPace(clock: Clock): Pace {
  const times = new Map<number, Millis>();
  let moved = new AbortController();
  const wakeOthers = (): void => {
    moved.abort();
    moved = new AbortController();
  };
  return {
    async pass(partition, time, isEnding) {
      if (Number.isNaN(time)) return;
      times.set(partition, time);
      wakeOthers();
      const since = clock.monotonic();
      const isAhead = (): boolean => time - Math.min(...times.values()) > MAX_AHEAD;
      while (isAhead() && !isEnding()) {
        const left = since + LONGEST_WAIT - clock.monotonic();
        if (left <= 0) return;
        await clock.sleep(Math.min(left, CHECK_MS), moved.signal);
      }
    },
    leave(partition) {
      if (times.delete(partition)) wakeOthers();
    },
  };
}

/** How far one task is in event time. */
export class Stride {
  /** Event time of the first record after the last commit. */
  #first = Number.POSITIVE_INFINITY;

  constructor(
    readonly pace: Pace | undefined,
    readonly partition: number,
    readonly isEnding: () => boolean,
  ) {}

  /** Waits for the other tasks. True if the records since the last commit span so much time that one is due. */
  async pass(nextTime: () => Millis): Promise<boolean> {
    if (this.pace === undefined) return false;
    const time = nextTime();
    await this.pace.pass(this.partition, time, this.isEnding);
    const isLong = time - this.#first > MAX_AHEAD;
    if (time < this.#first) this.#first = time;
    return isLong;
  }

  committed(): void {
    this.#first = Number.POSITIVE_INFINITY;
  }
}
