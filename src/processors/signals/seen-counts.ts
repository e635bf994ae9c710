import type { Restored } from '../../core/stream/keyed-state.ts';
import { InvalidRecord } from '../../core/stream/record.ts';
import { TimeBuffer } from '../../core/stream/time-buffer.ts';
import { preview } from '../../core/util/json.ts';
import { type Millis, readTime } from '../../core/util/time.ts';
import { fields, instant, symbol } from '../../market/prices/checks.ts';

/** Posts of a whole network within [time, to). */
interface SeenCount {
  readonly time: Millis;
  readonly to: Millis;
  readonly posts: number;
}

/** The event time of a value of topic `posts-seen`, its end; NaN without one. */
export function seenTime(value: unknown): Millis {
  const to = (value as Record<string, unknown> | null)?.to;
  return typeof to === 'string' ? readTime(to) : Number.NaN;
}

/** How many posts each source has seen, whatever they were about. */
export class SeenCounts {
  readonly #counts: TimeBuffer<SeenCount>;

  constructor(
    restored: Restored,
    /** Counts are kept this long behind the newest. */
    readonly horizon: Millis,
  ) {
    this.#counts = new TimeBuffer('seen|', restored);
  }

  /** Adds a value of topic `posts-seen`; false for a repeat. Throws InvalidRecord. */
  add(value: unknown): boolean {
    const row = fields(value);
    const source = symbol(row.source, 'source');
    const time = instant(row.from, 'from');
    const to = instant(row.to, 'to');
    const posts = row.posts_seen;
    if (typeof posts !== 'number' || !Number.isSafeInteger(posts) || posts < 0)
      throw new InvalidRecord(`posts_seen: ${preview(posts)} is not a number of posts`);
    if (!(to > time)) throw new InvalidRecord(`to ${row.to} is not after from ${row.from}`);
    if (this.#counts.latest(source, time)?.time === time) return false;
    this.#counts.add(source, { time, to, posts });
    this.#counts.evict(source, this.#counts.latest(source)!.time - this.horizon);
    return true;
  }

  /** The posts that these sources saw within [start, end); null unless each has counted all of it. */
  within(sources: readonly string[], start: Millis, end: Millis): number | null {
    let sum = 0;
    for (const source of sources) {
      let covered = 0;
      for (const { time, to, posts } of this.#counts.between(source, start, end - 1)) {
        covered += to - time;
        sum += posts;
      }
      if (covered !== end - start) return null;
    }
    return sources.length === 0 ? null : sum;
  }

  changes() {
    return this.#counts.changes();
  }
}
