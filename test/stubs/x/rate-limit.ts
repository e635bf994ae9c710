import type { Clock } from '../../../src/core/util/clock.ts';
import type { Millis } from '../../../src/core/util/time.ts';

const WINDOW: Millis = 900_000;

/** One of X's windows of 15 minutes. */
export class RateLimit {
  #reset: Millis = 0;
  #used = 0;

  constructor(
    /** 0: none. */
    readonly limit: number,
    readonly clock: Clock,
  ) {}

  /** Counts a request; false when it exceeds the limit. */
  take(): boolean {
    const now = this.clock.now();
    if (now >= this.#reset) {
      this.#reset = now + WINDOW;
      this.#used = 0;
    }
    this.#used++;
    return this.limit === 0 || this.#used <= this.limit;
  }

  headers(): Record<string, string> {
    if (this.limit === 0) return {};
    return {
      'x-rate-limit-limit': String(this.limit),
      'x-rate-limit-remaining': String(Math.max(0, this.limit - this.#used)),
      'x-rate-limit-reset': String(Math.ceil(this.#reset / 1000)),
    };
  }
}
