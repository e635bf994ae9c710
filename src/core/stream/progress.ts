import type { Millis } from '../util/time.ts';

/**
 * The joint progress of several series: the minimum of their newest times. A series that is `ageMs` or more behind the
 * furthest one counts as stopped and does not hold back the minimum.
 */
export class Progress {
  readonly #newest = new Map<string, Millis>();
  #largest = Number.NEGATIVE_INFINITY;
  #least = Number.POSITIVE_INFINITY;
  /** Number of series at the least time; all series are scanned only when the last of these moves on. */
  #countAtLeast = 0;

  constructor(readonly ageMs: Millis) {}

  /** Infinity without any series. */
  get least(): Millis {
    return this.#least;
  }

  /** The newest time of all series; -Infinity without any. */
  get largest(): Millis {
    return this.#largest;
  }

  seriesNames(): IterableIterator<string> {
    return this.#newest.keys();
  }

  move(series: string, time: Millis): void {
    const before = this.#newest.get(series);
    if (before !== undefined && time <= before) return;
    this.#newest.set(series, time);
    this.#largest = Math.max(this.#largest, time);
    if (before === this.#least) this.#countAtLeast -= 1;
    if (this.#isActive(time)) this.#include(time);
    if (this.#countAtLeast === 0 || !this.#isActive(this.#least)) this.#rescan();
  }

  /** Forgets a stopped series. */
  delete(series: string): void {
    this.#newest.delete(series);
  }

  /** The newest times of the series that have not stopped. */
  active(): [series: string, time: Millis][] {
    return [...this.#newest].filter(([, time]) => this.#isActive(time));
  }

  #isActive(time: Millis): boolean {
    return time > this.#largest - this.ageMs;
  }

  #include(time: Millis): void {
    if (time < this.#least) {
      this.#least = time;
      this.#countAtLeast = 1;
    } else if (time === this.#least) {
      this.#countAtLeast += 1;
    }
  }

  #rescan(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#countAtLeast = 0;
    for (const time of this.#newest.values()) if (this.#isActive(time)) this.#include(time);
  }
}
