import { MINUTE, type Millis } from '../../core/util/time.ts';
import { isAfter, type PagePosition, type Tag } from './position.ts';

/** Buckets kept: a week of minutes, and seven months of quarters of an hour. */
const KEPT = [
  { span: MINUTE, most: 10_080 },
  { span: 15 * MINUTE, most: 20_000 },
] as const;

interface Bucket {
  posts: number;
  scored: number;
  sum: number;
  squares: number;
  deleted: number;
  /** The newest change by partition. */
  readonly changed: Map<string, number>;
}

/** Counts and scores of posts of some time. */
export interface Totals {
  readonly posts: number;
  readonly scored: number;
  readonly sum: number;
  readonly squares: number;
  readonly deleted: number;
}

/** Posts and scores of one coin by minute and by quarter of an hour, bounded. */
export class MinuteCounts {
  readonly #buckets = KEPT.map(() => new Map<number, Bucket>());

  add(time: Millis, score: number | null, tag: Tag): void {
    this.#change(time, score, tag, 1, 0);
  }

  /** Takes a post out again: its author deleted it, or it came again. */
  remove(time: Millis, score: number | null, tag: Tag, isDeletion: boolean): void {
    this.#change(time, score, tag, -1, isDeletion ? 1 : 0);
  }

  #change(time: Millis, score: number | null, tag: Tag, sign: 1 | -1, deleted: number): void {
    for (const [at, { span, most }] of KEPT.entries()) {
      const buckets = this.#buckets[at]!;
      const index = Math.floor(time / span);
      let bucket = buckets.get(index);
      if (bucket === undefined) {
        // Its minute was dropped before the post was taken out.
        if (sign < 0) continue;
        bucket = { posts: 0, scored: 0, sum: 0, squares: 0, deleted: 0, changed: new Map() };
        buckets.set(index, bucket);
        if (buckets.size > most * 1.1) dropOldest(buckets, most);
      }
      bucket.posts += sign;
      bucket.deleted += deleted;
      if (score !== null) {
        bucket.scored += sign;
        bucket.sum += sign * score;
        bucket.squares += sign * score * score;
      }
      bucket.changed.set(tag.part, tag.offset);
    }
  }

  /** Totals by window, oldest first; `startOf` gives a time's window. `after`: only changed ones. */
  windows(length: Millis, startOf: (time: Millis) => Millis, after?: PagePosition): Map<Millis, Totals> {
    const at = keptFor(length);
    const { span } = KEPT[at]!;
    const sums = new Map<Millis, { -readonly [K in keyof Totals]: Totals[K] }>();
    const changed = new Set<Millis>();
    for (const [index, bucket] of this.#buckets[at]!) {
      const start = startOf(index * span);
      const sum = sums.get(start) ?? { posts: 0, scored: 0, sum: 0, squares: 0, deleted: 0 };
      sums.set(start, sum);
      sum.posts += bucket.posts;
      sum.scored += bucket.scored;
      sum.sum += bucket.sum;
      sum.squares += bucket.squares;
      sum.deleted += bucket.deleted;
      if (after !== undefined && hasChanged(bucket, after)) changed.add(start);
    }
    const starts = [...sums.keys()].filter((start) => after === undefined || changed.has(start));
    return new Map(starts.sort((a, b) => a - b).map((start) => [start, sums.get(start)!]));
  }
}

function hasChanged({ changed }: Bucket, after: PagePosition): boolean {
  for (const [part, offset] of changed) if (isAfter({ part, offset }, after)) return true;
  return false;
}

/** The coarsest buckets that make up windows of this length. */
const keptFor = (length: Millis): 0 | 1 => (length % KEPT[1].span === 0 ? 1 : 0);

function dropOldest(buckets: Map<number, Bucket>, most: number): void {
  const oldest = [...buckets.keys()].sort((a, b) => a - b).slice(0, buckets.size - most);
  for (const index of oldest) buckets.delete(index);
}

/** Mean score and its standard error; null with too few posts. */
export function meanScore({ scored, sum, squares }: Totals): [mean: number | null, error: number | null] {
  if (scored < 1) return [null, null];
  const mean = sum / scored;
  if (scored < 2) return [mean, null];
  const variance = Math.max(0, (squares - scored * mean * mean) / (scored - 1));
  return [mean, Math.sqrt(variance / scored)];
}
