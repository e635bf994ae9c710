import type { Millis } from '../util/time.ts';

/**
 * How far a crowd of series has come that are to be seen together: the least of their newest times. A series that
 * fell `ageMs` behind the first one has stopped, and holds nobody back.
 */
export class Progress {
  readonly #newest = new Map<string, Millis>();
  #largest = Number.NEGATIVE_INFINITY;
  #least = Number.POSITIVE_INFINITY;
  /** How many series stand at the least time; looking at all of them is needed only when the last one leaves. */
  #holders = 0;

  constructor(readonly ageMs: Millis) {}

  /** Infinity when there is no series. */
  get least(): Millis {
    return this.#least;
  }

  /** The newest time of all; -Infinity before the first. */
  get largest(): Millis {
    return this.#largest;
  }

  names(): IterableIterator<string> {
    return this.#newest.keys();
  }

  move(series: string, time: Millis): void {
    const before = this.#newest.get(series);
    if (before !== undefined && time <= before) return;
    this.#newest.set(series, time);
    this.#largest = Math.max(this.#largest, time);
    if (before === this.#least) this.#holders -= 1;
    if (this.#speaks(time)) this.#hold(time);
    if (this.#holders === 0 || !this.#speaks(this.#least)) this.#look();
  }

  /** Forgets a series that has stopped. */
  delete(series: string): void {
    this.#newest.delete(series);
  }

  /** The newest times of the series that have not stopped. */
  speaking(): [series: string, time: Millis][] {
    return [...this.#newest].filter(([, time]) => this.#speaks(time));
  }

  #speaks(time: Millis): boolean {
    return time > this.#largest - this.ageMs;
  }

  #hold(time: Millis): void {
    if (time < this.#least) {
      this.#least = time;
      this.#holders = 1;
    } else if (time === this.#least) {
      this.#holders += 1;
    }
  }

  #look(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#holders = 0;
    for (const time of this.#newest.values()) if (this.#speaks(time)) this.#hold(time);
  }
}
