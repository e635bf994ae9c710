import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';

/** Times the commits of a stage, of all its tasks. */
export class CommitTimer {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #underWay = new Set<{ readonly startedAt: Millis }>();
  /** Called after each commit, also a failed one. */
  observer: ((span: Millis) => void) | undefined;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  async time<T>(commit: () => Promise<T>): Promise<T> {
    const one = { startedAt: this.#clock.monotonic() };
    this.#underWay.add(one);
    try {
      return await commit();
    } finally {
      this.#underWay.delete(one);
      this.observer?.(this.#clock.monotonic() - one.startedAt);
    }
  }

  /** The monotonic time at which the oldest unfinished commit started; undefined without one. */
  get startedAt(): Millis | undefined {
    // A set is in the order of insertion.
    for (const { startedAt } of this.#underWay) return startedAt;
    return undefined;
  }
}
