import { MINUTE, type Millis } from '../../util/time.ts';
import { KeyedState, type Restored, type StateChange } from '../keyed-state.ts';
import { advanceIdle, type KeyClock, newKeyClock, observe, type TimeRules } from '../watermark.ts';
import { Covered, type CoveredSpan } from '../windows/covered.ts';
import { TimedValues, type ValueAt } from './timed-values.ts';

export interface AsOfSeriesSettings {
  /** A right record this much older than a left one still counts. */
  readonly maxAgeMs: Millis;
  /** Right records kept for later left ones; above it, only those of the last `keepMs` and `maxAgeMs` are kept. */
  readonly maxKept: number;
  readonly keepMs: Millis;
  /** How the event time of each right series advances. */
  readonly rules: TimeRules;
}

/** Why a left record has no right one: no series yet, none young enough, or so far behind that they are no longer kept. */
export type Missing = 'no series' | 'too old' | 'not kept';

/** What the join reads from the name of a right series. */
export interface SeriesRules {
  /** Left records join the series of the same `on`. */
  readonly on: (series: string) => string;
  readonly source: (series: string) => string;
  /** Orders the series of one `on`, the preferred first. */
  readonly compare: (a: string, b: string) => number;
}

interface SeriesState {
  readonly clock: KeyClock;
  /** The spans of time of which a record would have served a left one that was decided. */
  spans: readonly CoveredSpan[];
  /** Records before this time may have been forgotten. */
  evicted: Millis;
}

const NEVER: Millis = Number.MIN_SAFE_INTEGER;

/** One right series. */
export interface AsOfSeries {
  readonly name: string;
  readonly on: string;
  readonly source: string;
  readonly state: SeriesState;
  readonly decided: Covered;
  /** Time of the newest record. */
  newest: Millis;
}

/** Whether a source has been silent for too long. */
export const isIdle = ({ sources }: KeyClock, source: string): boolean =>
  Object.hasOwn(sources, source) && sources[source]!.idle === true;

/** The span of right records that can serve a left one of this time. */
export const addServed = (covered: Covered, time: Millis, maxAgeMs: Millis): void =>
  covered.add(time - maxAgeMs - 1, time);

/** The right side of an as-of join: records by series, and how far each series is. */
export class RightSeries<R> {
  readonly #records: TimedValues<R>;
  readonly #states: KeyedState<SeriesState>;
  /** By `on`, in the order of preference. */
  readonly #series = new Map<string, AsOfSeries[]>();
  /** The latest time of left records that are still to come; undefined: they keep pace with the right ones. */
  #awaited: Millis | undefined;

  constructor(
    readonly settings: AsOfSeriesSettings,
    readonly names: SeriesRules,
    restored: Restored,
  ) {
    this.#records = new TimedValues('rights|', 'right|', restored);
    this.#states = new KeyedState('series|', restored);
    for (const [name, state] of this.#states.entries())
      this.#insert(name, state).newest = this.#records.latest(name)!.time;
  }

  /** The series of one `on`, the preferred first. */
  of(on: string): readonly AsOfSeries[] {
    return this.#series.get(on) ?? [];
  }

  /** Takes a record. `spans`: times of left records that were decided before any series was known. */
  add(name: string, item: R, time: Millis, spans: () => readonly CoveredSpan[]): AsOfSeries {
    const series = this.of(this.names.on(name)).find((one) => one.name === name) ?? this.#meet(name, spans());
    this.#records.add(name, time, item);
    series.newest = Math.max(series.newest, time);
    observe(series.state.clock, series.source, time, this.settings.rules);
    this.#states.touch(name);
    return series;
  }

  /** The newest record at or before `time`. */
  latest(name: string, time: Millis): ValueAt<R> | undefined {
    return this.#records.latest(name, time);
  }

  /** The right record for a left one of this time, or the reason why there is no such record. */
  asOf({ name, state }: AsOfSeries, time: Millis): ValueAt<R> | Missing {
    const oldest = time - this.settings.maxAgeMs;
    const found = this.#records.latest(name, time);
    if (found !== undefined && found.time >= oldest) return found;
    if (oldest < state.evicted) return 'not kept';
    return found === undefined && state.evicted === NEVER ? 'no series' : 'too old';
  }

  /** Keeps what a left record of this time may use. False if there is no room to read more right records before it. */
  await(time: Millis): boolean {
    this.#awaited = Math.max(time, this.#awaited ?? NEVER);
    return this.#records.size <= this.settings.maxKept;
  }

  /** Whether left records of this time no longer wait for a series. `furthest`: the newest time of its siblings. */
  isPast({ source, state, newest }: AsOfSeries, time: Millis, furthest: Millis): boolean {
    if (state.clock.watermark > time) return true;
    const { rules, maxAgeMs } = this.settings;
    const lagMs = rules.lagOf(source);
    if (lagMs === undefined && isIdle(state.clock, source)) return true;
    return newest + maxAgeMs + (lagMs ?? 0) + rules.latenessMs <= furthest;
  }

  /** A left record at `time` was decided by what a series had. */
  decide({ name, state, decided }: AsOfSeries, time: Millis): void {
    addServed(decided, time, this.settings.maxAgeMs);
    state.spans = decided.spans;
    this.#states.touch(name);
  }

  /** Advances silent sources by the clock. `isNeeded`: whether left records of this `on` wait, so that it must be stored. */
  advanceIdle(now: Millis, elapsed: Millis, isNeeded: (on: string) => boolean): void {
    this.#awaited = undefined;
    for (const all of this.#series.values())
      for (const { name, on, state } of all) {
        const { moved, noted } = advanceIdle(state.clock, now, elapsed, this.settings.rules);
        if (noted || (moved && isNeeded(on))) this.#states.touch(name);
      }
  }

  /**
   * When there are more than `maxKept`, forgets those that neither a left record from `first` on nor an awaited one uses; when
   * there are twice as many, also those of awaited ones. Forgets whole minutes, so that a row is not stored anew for each record.
   */
  evict({ name, newest, state }: AsOfSeries, first: Millis): void {
    const { keepMs, maxAgeMs, maxKept } = this.settings;
    const { size } = this.#records;
    if (size <= maxKept) return;
    const awaited = size > 2 * maxKept ? newest : (this.#awaited ?? newest);
    const horizon = Math.floor((Math.min(newest - keepMs, first, awaited) - maxAgeMs) / MINUTE) * MINUTE;
    if (this.#records.latest(name, horizon - 1) === undefined) return;
    this.#records.evict(name, horizon);
    state.evicted = Math.max(state.evicted, horizon);
    this.#states.touch(name);
  }

  changes(): StateChange[] {
    return [...this.#records.changes(), ...this.#states.changes()];
  }

  #meet(name: string, spans: readonly CoveredSpan[]): AsOfSeries {
    const state = { clock: newKeyClock(), spans, evicted: NEVER };
    return this.#insert(name, this.#states.set(name, state));
  }

  #insert(name: string, state: SeriesState): AsOfSeries {
    const { on: onOf, source, compare } = this.names;
    const on = onOf(name);
    const decided = new Covered(state.spans);
    const series = { name, on, source: source(name), state, decided, newest: NEVER };
    this.#series.set(
      on,
      [...this.of(on), series].sort((a, b) => compare(a.name, b.name)),
    );
    return series;
  }
}
