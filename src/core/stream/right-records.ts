import type { Millis } from '../util/time.ts';
import { Groups } from './groups.ts';
import type { Restored, StateChange } from './keyed-state.ts';
import { type Buffered, fits, isCloser, type Match, match } from './match.ts';
import { TimeBuffer } from './time-buffer.ts';

/** A record of the right side of a join. */
export interface KeptRight<R> extends Buffered<R> {
  /** The pair's watermark just before this record arrived. Stored under this name. */
  readonly mark: Millis;
}

/** The right records of a join by series, and the series of each pair. */
export class RightRecords<R> {
  readonly buffer: TimeBuffer<KeptRight<R>>;
  readonly #seriesOf = new Groups();

  constructor(
    readonly toleranceMs: Millis,
    restored: Restored,
  ) {
    this.buffer = new TimeBuffer('right|', restored);
  }

  meet(pair: string, series: string): void {
    this.#seriesOf.add(pair, series);
  }

  /** All right records of a pair that fit a left one. */
  matches<L>(left: Buffered<L>, pair: string): readonly Match<L, R>[] {
    const found: Match<L, R>[] = [];
    for (const series of this.#seriesOf.of(pair))
      for (const right of this.#near(series, left.time))
        if (fits(left, right, this.toleranceMs)) found.push(match(left, right));
    return found;
  }

  /** The closest of those that arrived before the pair's watermark was `due`; none or one. */
  nearest<L>(left: Buffered<L>, pair: string, due: Millis): readonly Match<L, R>[] {
    let best: Match<L, R> | undefined;
    for (const series of this.#seriesOf.of(pair))
      for (const right of this.#near(series, left.time)) {
        if (right.mark >= due || !fits(left, right, this.toleranceMs)) continue;
        const found = match(left, right);
        if (best === undefined || isCloser(found, best)) best = found;
      }
    return best === undefined ? [] : [best];
  }

  changes(): StateChange[] {
    return this.buffer.changes();
  }

  #near(series: string, time: Millis): readonly KeptRight<R>[] {
    return this.buffer.between(series, time - this.toleranceMs, time + this.toleranceMs);
  }
}
