import type { Millis } from '../../core/util/time.ts';

/** Sending takes one part in this of the time at most. */
const REST = 150;
/** The mean of so many sendings counts: on a busy machine, one of them may wait for its turn. */
const REMEMBERED = 4;

/** How long to wait between two sendings, so that open pages cost a pipeline in the same process next to nothing. */
export class SendingPace {
  readonly #least: Millis;
  readonly #most: Millis;
  #costs: readonly Millis[] = [];

  /** The shortest and the longest pause. */
  constructor(least: Millis, most: Millis) {
    this.#least = least;
    this.#most = most;
  }

  /** The pause after a sending that took this long. */
  pauseAfter(cost: Millis): Millis {
    this.#costs = [...this.#costs, cost].slice(-REMEMBERED);
    const mean = this.#costs.reduce((sum, one) => sum + one, 0) / this.#costs.length;
    return Math.min(this.#most, Math.max(this.#least, mean * REST));
  }
}
