import type { Millis } from '../../../core/util/time.ts';

/** A stretch of time, up to but not including its end. */
export type TimeSpan = readonly [from: Millis, until: Millis];

/** The spans and one more, in order; those that touch are one. An empty span stays, unless it touches another. */
export function withSpan(spans: readonly TimeSpan[], added: TimeSpan): TimeSpan[] {
  const joined: TimeSpan[] = [];
  for (const [from, until] of [...spans, added].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1])
      joined[joined.length - 1] = [last[0], Math.max(last[1], until)];
    else joined.push([from, until]);
  }
  return joined;
}

/** What of [from, until) none of the ordered spans covers. */
export function uncovered(spans: readonly TimeSpan[], from: Millis, until: Millis): TimeSpan[] {
  const missing: TimeSpan[] = [];
  let at = from;
  for (const [start, end] of spans) {
    if (start >= until) break;
    if (start > at) missing.push([at, start]);
    at = Math.max(at, end);
  }
  if (at < until) missing.push([at, until]);
  return missing;
}

/** Whether a time lies within one of the spans. */
export const isWithin = (spans: readonly TimeSpan[], time: Millis): boolean =>
  spans.some(([from, until]) => time >= from && time < until);
