import type { Millis } from '../../util/time.ts';

/** A span of event time: its windows end after `from`, at `to` at the latest. */
export type CoveredSpan = readonly [from: Millis, to: Millis];

/** Spans kept; past it the two with the smallest gap between them become one, and data of the gap is late. */
const MOST_SPANS = 32;

/**
 * The spans of event time whose windows have been closed: a window is closed if some span has
 * `from < end of the window <= to`. Spans that touch are one.
 */
export class Covered {
  #spans: CoveredSpan[];

  constructor(spans: readonly CoveredSpan[] = []) {
    this.#spans = [...spans];
  }

  /** In order of time, without overlaps. Plain data. */
  get spans(): readonly CoveredSpan[] {
    return this.#spans;
  }

  isClosed(end: Millis): boolean {
    for (const [from, to] of this.#spans) if (end <= to) return from < end;
    return false;
  }

  add(from: Millis, to: Millis): void {
    if (!(from < to)) return;
    const before = this.#spans.filter((span) => span[1] < from);
    const after = this.#spans.filter((span) => span[0] > to);
    const touched = this.#spans.slice(before.length, this.#spans.length - after.length);
    const joined: CoveredSpan = [
      Math.min(from, ...touched.map((span) => span[0])),
      Math.max(to, ...touched.map((span) => span[1])),
    ];
    this.#spans = [...before, joined, ...after];
    if (this.#spans.length > MOST_SPANS) this.#joinNearest();
  }

  #joinNearest(): void {
    let best = 1;
    const gap = (at: number): Millis => this.#spans[at]![0] - this.#spans[at - 1]![1];
    for (let at = 2; at < this.#spans.length; at++) if (gap(at) < gap(best)) best = at;
    this.#spans.splice(best - 1, 2, [this.#spans[best - 1]![0], this.#spans[best]![1]]);
  }
}
