import type { Millis } from '../util/time.ts';

/** How event time moves; declared by the processor's settings. */
export interface TimeRules {
  /** How far behind the largest time seen a record may come and still count. */
  readonly latenessMs: Millis;
  /** A source silent for this long, while the task is caught up, no longer holds its keys back. */
  readonly idleMs: Millis;
  /** How far behind the clock a source's times may be; undefined: unknown, so the clock never moves it. */
  readonly lagOf: (source: string) => Millis | undefined;
}

/** One source of a key. */
interface SourceClock {
  /** Largest event time, moved on by the clock while silent. */
  time: Millis;
  /** Clock time of the first `advance` after it last spoke; undefined until then. */
  heard?: Millis | undefined;
  /** Silent for too long: left out of the minimum until it speaks. */
  idle?: boolean | undefined;
}

/** The event time of one key. Plain data: it is its own snapshot. */
export interface KeyClock {
  /** Everything at or before it is complete; never moves back. */
  mark: Millis;
  feeds: Record<string, SourceClock>;
}

export const newKeyClock = (): KeyClock => ({ mark: Number.MIN_SAFE_INTEGER, feeds: {} });

/** Moves the mark to the minimum over the feeds that count; when all are idle, to the newest. True if it moved. */
function advance(clock: KeyClock, latenessMs: Millis): boolean {
  let least = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  for (const source in clock.feeds) {
    const feed = clock.feeds[source]!;
    if (!feed.idle && feed.time < least) least = feed.time;
    if (feed.time > newest) newest = feed.time;
  }
  const mark = (least === Number.POSITIVE_INFINITY ? newest : least) - latenessMs;
  if (!(mark > clock.mark)) return false;
  clock.mark = mark;
  return true;
}

/** A source may be called `constructor`, which every object has. */
const feedOf = ({ feeds }: KeyClock, source: string): SourceClock | undefined =>
  Object.hasOwn(feeds, source) ? feeds[source] : undefined;

/** A record of this source and event time was seen. True if the mark moved. */
export function observe(clock: KeyClock, source: string, time: Millis, rules: TimeRules): boolean {
  const feed = feedOf(clock, source);
  if (feed === undefined) {
    // Not by assignment: a source may be called __proto__.
    const property = { value: { time }, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(clock.feeds, source, property);
  } else {
    if (feed.heard !== undefined) feed.heard = feed.idle = undefined;
    if (time <= feed.time) return false;
    feed.time = time;
  }
  return advance(clock, rules.latenessMs);
}

/** The clock between looks at it: while inputs are unread it moves no watermark. */
export class CaughtUp {
  #last: Millis | undefined;

  /** What has passed since the last look, by the monotonic clock, if both found every input read to its end; undefined when this one does not. */
  elapsed(at: Millis, caughtUp: boolean): Millis | undefined {
    const since = this.#last ?? at;
    this.#last = caughtUp ? at : undefined;
    return caughtUp ? Math.max(0, at - since) : undefined;
  }
}

/** What a look at the clock did to a key. */
export interface Advance {
  /** The mark moved. */
  readonly moved: boolean;
  /** A silence began or became idleness, which is worth storing; what the clock alone moves is not. */
  readonly noted: boolean;
}

/**
 * The task has read its inputs to their end at clock time `now`; `elapsed` passed since it last had. Silent feeds
 * with a known lag move on by it, never past now - lag; feeds silent for `idleMs` drop out.
 */
export function advanceIdle(clock: KeyClock, now: Millis, elapsed: Millis, rules: TimeRules): Advance {
  let noted = false;
  for (const source in clock.feeds) {
    const feed = clock.feeds[source]!;
    const lag = rules.lagOf(source);
    // A wall clock that was set back: the silence is counted from now, not from a time to come.
    if (feed.heard === undefined || feed.heard > now) {
      feed.heard = now;
      noted = true;
    } else if (now - feed.heard >= rules.idleMs && !feed.idle) {
      feed.idle = true;
      noted = true;
    }
    if (lag !== undefined) feed.time = Math.max(feed.time, Math.min(feed.time + elapsed, now - lag));
  }
  return { moved: advance(clock, rules.latenessMs), noted };
}

/** End of a one-shot run: every feed with a known lag is taken to now - lag. */
export function advanceToEnd(clock: KeyClock, now: Millis, rules: TimeRules): Advance {
  return advanceIdle(clock, now, Number.MAX_SAFE_INTEGER, rules);
}
