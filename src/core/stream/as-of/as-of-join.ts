import type { Millis } from '../../util/time.ts';
import { KeyedState, type Restored, type StateChange } from '../keyed-state.ts';
import { advanceIdle, CaughtUp, type KeyClock, newKeyClock, observe, type TimeRules } from '../watermark.ts';
import { Covered, type CoveredSpan } from '../windows/covered.ts';
import { type Pending, PendingQueue } from './pending-queue.ts';
import {
  type AsOfSeries,
  type AsOfSeriesSettings,
  addServed,
  isIdle,
  type Missing,
  RightSeries,
  type SeriesRules,
} from './right-series.ts';

export interface AsOfSettings extends AsOfSeriesSettings {
  /** Most left records that wait at once; above it, the first to arrive is decided by the right records at hand. */
  readonly maxPending: number;
}

/** A decided left record. */
export interface AsOf<L, R> {
  readonly left: L;
  readonly leftTime: Millis;
  readonly match: { readonly series: string; readonly item: R; readonly time: Millis } | Missing;
  /** It was decided early, because too many were waiting. */
  readonly isForced: boolean;
}

/** An `on` without a series. */
interface Unmatched {
  /** How long its first left record has waited. */
  readonly clock: KeyClock;
  /** As of a series: of the left records that were decided. */
  spans: readonly CoveredSpan[];
}

/**
 * Joins each left record with the newest right record at or before it, of the first series in order that has one of at most
 * `maxAgeMs`. A left record waits until the watermarks of that series and of those before it have passed its time. A right
 * record is late if it arrives after a left record that it could have served was decided; it still serves later ones. Left
 * records of one `on` are returned in order of time. The clock bounds every wait: the watermark of a series of known lag
 * advances with the clock, and a series of unknown lag is skipped while it is idle. Any series is skipped while it is more
 * than `maxAgeMs` behind the others.
 */
export class AsOfJoin<L, R> {
  readonly #right: RightSeries<R>;
  readonly #lefts: PendingQueue<L>;
  readonly #unmatched: KeyedState<Unmatched>;
  readonly #unmatchedRules: TimeRules;
  readonly #caughtUp = new CaughtUp();
  /** How the run finishes; undefined while right records may come. */
  #finishing: 'clock' | 'all' | undefined;

  constructor(
    readonly settings: AsOfSettings,
    readonly names: SeriesRules,
    restored: Restored = new Map(),
  ) {
    this.#right = new RightSeries(settings, names, restored);
    this.#lefts = new PendingQueue('left|', restored);
    this.#unmatched = new KeyedState('unmatched|', restored);
    this.#unmatchedRules = { ...settings.rules, lagOf: () => undefined };
  }

  /** `id` identifies the record to `remove`. */
  acceptLeft(on: string, id: string, left: L, time: Millis): readonly AsOf<L, R>[] {
    this.#lefts.add({ group: on, id, time, item: left });
    if (this.#right.of(on).length === 0 && this.#unmatched.get(on) === undefined) {
      const clock = newKeyClock();
      observe(clock, on, time, this.#unmatchedRules);
      this.#unmatched.set(on, { clock, spans: [] });
    }
    const decided = this.#decideFirst(on, this.#whenOf(on));
    while (this.#lefts.size > this.settings.maxPending)
      decided.push(this.#take(this.#lefts.oldest()!, 'now', true)!);
    return decided;
  }

  /** `lateMs`: how far the record is behind its series' newest, if it is late; otherwise 0. */
  acceptRight(series: string, item: R, time: Millis): { lateMs: Millis; decided: readonly AsOf<L, R>[] } {
    const on = this.names.on(series);
    const one = this.#right.add(series, item, time, () => this.#unmatched.get(on)?.spans ?? []);
    this.#unmatched.delete(on);
    // At least 1: a record can be late at the newest time, when the source was given up before.
    const lateMs = one.decided.isClosed(time) ? Math.max(1, one.newest - time) : 0;
    const decided = this.#decideFirst(on);
    this.#right.evict(one, this.#lefts.first(on)?.time ?? one.newest);
    return { lateMs, decided };
  }

  /**
   * Whether a left record that is about to be read would wait, and there is room to read right records first. Those stay in
   * memory until the left record has been read.
   */
  canWait(on: string, time: Millis): boolean {
    return this.#right.await(time) && this.#find(on, time, 'due') === undefined;
  }

  /** The newest right record of a series at or before `time`. */
  latest(series: string, time: Millis): { readonly item: R; readonly time: Millis } | undefined {
    return this.#right.latest(series, time);
  }

  /** Removes the waiting left records of this id and returns their number. */
  remove(id: string): number {
    return this.#lefts.removeAll(id);
  }

  /** Advances silent sources by the clock; `caughtUp`: every input has been read to its end. */
  advanceIdle(now: Millis, caughtUp: boolean, monotonic: Millis = now): readonly AsOf<L, R>[] {
    const elapsed = this.#caughtUp.elapsed(monotonic, caughtUp);
    if (elapsed === undefined) return [];
    this.#right.advanceIdle(now, elapsed, (on) => this.#lefts.first(on) !== undefined);
    for (const [on, { clock }] of this.#unmatched.entries())
      if (advanceIdle(clock, now, elapsed, this.#unmatchedRules).noted) this.#unmatched.touch(on);
    return this.#lefts.groupNames().flatMap((on) => this.#decideFirst(on));
  }

  /**
   * The right records of a one-shot run have ended; left ones may still come. `clock` advances every watermark to the clock and
   * decides the left records without a series; `all` decides every left record.
   */
  finish(mode: 'clock' | 'all', now: Millis): readonly AsOf<L, R>[] {
    this.#right.advanceIdle(now, Number.MAX_SAFE_INTEGER, () => true);
    this.#finishing = mode;
    return this.#lefts.groupNames().flatMap((on) => this.#decideFirst(on, this.#whenOf(on)));
  }

  /** The least watermark of the series of waiting left records. */
  watermark(): Millis | undefined {
    const watermarks = this.#lefts
      .groupNames()
      .flatMap((on) => this.#right.of(on).map(({ state }) => state.clock.watermark));
    return watermarks.length === 0 ? undefined : Math.min(...watermarks);
  }

  changes(): StateChange[] {
    return [...this.#right.changes(), ...this.#lefts.changes(), ...this.#unmatched.changes()];
  }

  #whenOf(on: string): 'due' | 'now' {
    if (this.#finishing === undefined) return 'due';
    return this.#finishing === 'all' || this.#right.of(on).length === 0 ? 'now' : 'due';
  }

  /** Decides the left records that need not wait any longer, earliest first. */
  #decideFirst(on: string, when: 'due' | 'now' = 'due'): AsOf<L, R>[] {
    const decided: AsOf<L, R>[] = [];
    for (let first = this.#lefts.first(on); first !== undefined; first = this.#lefts.first(on)) {
      const result = this.#take(first, when);
      if (result === undefined) break;
      decided.push(result);
    }
    return decided;
  }

  /** Decides a left record and removes it; undefined if it has to wait. */
  #take(left: Pending<L>, when: 'due' | 'now', isForced = false): AsOf<L, R> | undefined {
    const { group: on, time } = left;
    const found = this.#find(on, time, when);
    if (found === undefined) return undefined;
    for (const series of found.asked) this.#right.decide(series, time);
    const unmatched = this.#unmatched.get(on);
    if (unmatched !== undefined) this.#decideUnmatched(on, unmatched, time);
    this.#lefts.remove(left);
    return { left: left.item, leftTime: time, match: found.match, isForced };
  }

  /** What a left record of this time gets, and the series asked; undefined if it has to wait. */
  #find(on: string, time: Millis, when: 'due' | 'now') {
    const all = this.#right.of(on);
    const unmatched = this.#unmatched.get(on);
    if (all.length === 0 && when === 'due' && (unmatched === undefined || !isIdle(unmatched.clock, on)))
      return undefined;
    const furthest = Math.max(...all.map(({ newest }) => newest));
    const asked: AsOfSeries[] = [];
    let match: AsOf<L, R>['match'] = 'no series';
    for (const series of all) {
      if (when === 'due' && !this.#right.isPast(series, time, furthest)) return undefined;
      asked.push(series);
      const found = this.#right.asOf(series, time);
      if (typeof found !== 'string') {
        match = { series: series.name, item: found.item, time: found.time };
        break;
      }
      if (match === 'no series' || found === 'not kept') match = found;
    }
    return { asked, match };
  }

  #decideUnmatched(on: string, unmatched: Unmatched, time: Millis): void {
    const covered = new Covered(unmatched.spans);
    addServed(covered, time, this.settings.maxAgeMs);
    unmatched.spans = covered.spans;
    this.#unmatched.touch(on);
  }
}
