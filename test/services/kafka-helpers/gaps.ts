import type { Millis } from '../../../src/core/util/time.ts';
import type { Reject } from './junk.ts';

/** The longest pause between outputs of each input partition, from `since` to its last output. */
export function longestGaps(rejects: readonly Reject[], since: Millis): Millis[] {
  const last = new Map<number, Millis>();
  const gaps = new Map<number, Millis>();
  for (const { partition, timestamp } of [...rejects].sort((a, b) => a.timestamp - b.timestamp)) {
    if (timestamp < since) continue;
    const gap = timestamp - (last.get(partition) ?? since);
    gaps.set(partition, Math.max(gap, gaps.get(partition) ?? 0));
    last.set(partition, timestamp);
  }
  return [...gaps.values()];
}
