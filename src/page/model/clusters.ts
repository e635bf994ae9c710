import type { Millis } from '../../core/util/time.ts';

/** Fewer posts are not a cluster, even after a quiet time. */
const LEAST_POSTS = 5;
/** Standard deviations above the mean, of the logarithm of the count. */
const LEAST_DEVIATION = 2.5;
/** Fewer windows say nothing about what is usual. */
const LEAST_WINDOWS = 12;

export interface Cluster {
  readonly start: Millis;
  readonly posts: number;
  /** Standard deviations above what is usual. */
  readonly deviation: number;
}

/** The windows that have far more posts than the others, from counts by window; of neighbours, the one with the most. */
export function clustersOf(
  windows: readonly { readonly start: Millis; readonly posts: number }[],
): Cluster[] {
  if (windows.length < LEAST_WINDOWS) return [];
  const logs = windows.map(({ posts }) => Math.log1p(posts));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
  if (deviation === 0) return [];
  const height = (at: number) =>
    logs[at] === undefined ? Number.NEGATIVE_INFINITY : (logs[at] - mean) / deviation;
  return windows.flatMap(({ start, posts }, at) => {
    const isTop = height(at) > height(at - 1) && height(at) >= height(at + 1);
    return isTop && posts >= LEAST_POSTS && height(at) >= LEAST_DEVIATION
      ? [{ start, posts, deviation: height(at) }]
      : [];
  });
}
