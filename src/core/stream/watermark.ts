import type { Millis } from '../util/time.ts';

/** How event time advances; the processor's settings declare it. */
export interface TimeRules {
  /** A record this far behind the largest time seen still counts. */
  readonly latenessMs: Millis;
  /** A source that is silent for this long, while the task is caught up, stops holding back its keys. */
  readonly idleMs: Millis;
  /** How far a source's times may lag the clock; undefined if unknown, and then the clock never advances the source. */
  readonly lagOf: (source: string) => Millis | undefined;
  /** A source that is further behind the newest one of its key no longer holds the key back. Default: no limit. */
  readonly maxBehindMs?: Millis;
}

/** One source of a key. */
interface SourceClock {
  /** Largest event time; the clock advances it while the source is silent. */
  time: Millis;
  /** Clock time of the first `advanceIdle` after its last record; undefined until then. */
  lastSeen?: Millis | undefined;
  /** Silent for too long: excluded from the minimum until its next record. */
  idle?: boolean | undefined;
}

/** The event time of one key. Plain data, stored as JSON. */
export interface KeyClock {
  /** Every record at or before this time has arrived; never moves back. */
  watermark: Millis;
  sources: Record<string, SourceClock>;
}

/** A stored clock in the spelling of earlier versions. */
interface LegacyKeyClock {
  readonly mark: Millis;
  readonly feeds: Readonly<Record<string, { time: Millis; heard?: Millis; idle?: boolean }>>;
}

export const newKeyClock = (): KeyClock => ({ watermark: Number.MIN_SAFE_INTEGER, sources: {} });

/** A clock as stored, in the current spelling or the legacy one. */
export function restoreKeyClock(stored: KeyClock | LegacyKeyClock): KeyClock {
  if (!('mark' in stored)) return stored;
  // fromEntries, not assignment: a source may be called __proto__.
  const sources = Object.fromEntries(
    Object.entries(stored.feeds).map(([source, { time, heard, idle }]) => [
      source,
      { time, lastSeen: heard, idle },
    ]),
  );
  return { watermark: stored.mark, sources };
}

/** Advances the watermark to the minimum over active sources, or to the newest time if all are idle. True if it moved. */
function advance(
  clock: KeyClock,
  { latenessMs, maxBehindMs = Number.POSITIVE_INFINITY }: TimeRules,
): boolean {
  let least = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  for (const name in clock.sources)
    if (clock.sources[name]!.time > newest) newest = clock.sources[name]!.time;
  for (const name in clock.sources) {
    const source = clock.sources[name]!;
    if (!source.idle && source.time < least && source.time >= newest - maxBehindMs) least = source.time;
  }
  const watermark = (least === Number.POSITIVE_INFINITY ? newest : least) - latenessMs;
  if (!(watermark > clock.watermark)) return false;
  clock.watermark = watermark;
  return true;
}

/** Own properties only: a source may be called `constructor`. */
const sourceOf = ({ sources }: KeyClock, name: string): SourceClock | undefined =>
  Object.hasOwn(sources, name) ? sources[name] : undefined;

function addSource({ sources }: KeyClock, name: string, time: Millis): void {
  // All fields at once: those that are added later take memory of their own.
  const first: SourceClock = { time, lastSeen: undefined, idle: undefined };
  // defineProperty, not assignment: a source may be called __proto__.
  Object.defineProperty(sources, name, {
    value: first,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Takes the event time of a record from this source. True if the watermark moved. */
export function observe(clock: KeyClock, name: string, time: Millis, rules: TimeRules): boolean {
  const source = sourceOf(clock, name);
  if (source === undefined) addSource(clock, name, time);
  else {
    if (source.lastSeen !== undefined) source.lastSeen = source.idle = undefined;
    if (time <= source.time) return false;
    source.time = time;
  }
  return advance(clock, rules);
}

/** A source that has no record yet holds back its key, from this time on, until it is idle or `dismissSource` ends that. */
export function expectSource(clock: KeyClock, name: string, time: Millis): void {
  if (sourceOf(clock, name) === undefined) addSource(clock, name, time);
}

export function dismissSource({ sources }: KeyClock, name: string): void {
  delete sources[name];
}

/** The newest event time of a source, as its records and the clock have moved it; undefined without a record. */
export const timeOfSource = (clock: KeyClock, name: string): Millis | undefined =>
  sourceOf(clock, name)?.time;

/** Measures the time spent caught up: while inputs have unread records, the clock advances no watermark. */
export class CaughtUp {
  #last: Millis | undefined;

  /** Monotonic time since the previous call, 0 if that one was not caught up; undefined if this one is not. */
  elapsed(at: Millis, caughtUp: boolean): Millis | undefined {
    const since = this.#last ?? at;
    this.#last = caughtUp ? at : undefined;
    return caughtUp ? Math.max(0, at - since) : undefined;
  }
}

/** What `advanceIdle` did to a key. */
export interface Advance {
  /** The watermark moved. */
  readonly moved: boolean;
  /** A source fell silent or became idle. Only that needs storing; the clock repeats the rest after a restart. */
  readonly noted: boolean;
}

/**
 * Advances silent sources at clock time `now`, when the task has read all its inputs. `elapsed`: the time it has been
 * caught up since the last call. A source of known lag advances by `elapsed`, never past now - lag; one that is silent
 * for `idleMs` becomes idle.
 */
export function advanceIdle(clock: KeyClock, now: Millis, elapsed: Millis, rules: TimeRules): Advance {
  let noted = false;
  for (const name in clock.sources) {
    const source = clock.sources[name]!;
    const lag = rules.lagOf(name);
    // If the wall clock was set back, silence counts from now.
    if (source.lastSeen === undefined || source.lastSeen > now) {
      source.lastSeen = now;
      noted = true;
    } else if (now - source.lastSeen >= rules.idleMs && !source.idle) {
      source.idle = true;
      noted = true;
    }
    if (lag !== undefined) source.time = Math.max(source.time, Math.min(source.time + elapsed, now - lag));
  }
  return { moved: advance(clock, rules), noted };
}

/** End of a one-shot run: advances every source of known lag to now - lag. */
export function advanceToEnd(clock: KeyClock, now: Millis, rules: TimeRules): Advance {
  return advanceIdle(clock, now, Number.MAX_SAFE_INTEGER, rules);
}
