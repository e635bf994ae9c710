import type { Millis } from '../util/time.ts';
import { Groups } from './groups.ts';
import { KeyedState, type Restored, type StateChange } from './keyed-state.ts';
import { type Buffered, fits, isRepeat, type Match, match, type Side, type Sides } from './match.ts';
import { RightRecords } from './right-records.ts';
import { TimeBuffer, type TimedItem } from './time-buffer.ts';
import {
  advanceIdle,
  advanceToEnd,
  CaughtUp,
  type KeyClock,
  newKeyClock,
  observe,
  restoreKeyClock,
  type TimeRules,
} from './watermark.ts';

export interface JoinSettings {
  /** `all`: every match, at once. `nearest`: for each left record the closest right record of each pair, once. */
  readonly mode: 'all' | 'nearest';
  /** Two records fit when -tolerance <= left time - right time < +tolerance. */
  readonly toleranceMs: Millis;
  /** A record is kept until its own series is this far past it; one that arrives after that is late. */
  readonly keepMs: Millis;
  /** How the event time of the right side's pairs advances. */
  readonly rules: TimeRules;
}

/** What happened to a record. Only mode `nearest` detects repeats of the last record of the same series and time. */
export type JoinDecision<L, R> =
  | { readonly kind: 'late'; readonly byMs: Millis }
  | { readonly kind: 'repeat' }
  | {
      readonly kind: 'kept';
      readonly matches: readonly Match<L, R>[];
      /** Older left records that were decided now, at the end of their time, since the right side is too rare. */
      readonly expired: number;
    };

const UNMATCHED = { kind: 'kept', matches: [], expired: 0 } as const;

/**
 * Joins two streams by time within a tolerance. Mode `nearest` decides a left record when its pair's watermark has
 * passed its time + tolerance, from the right records that arrived before that. The result therefore does not depend
 * on how the two sides interleave, as long as neither runs ahead by more than `keepMs`. Both sides are buffered because
 * right records arrive out of order and left ones minutes late. Items are plain data.
 */
export class ToleranceJoin<L, R> {
  readonly #left: TimeBuffer<Buffered<L>>;
  readonly #right: RightRecords<R>;
  /** By pair. */
  readonly #clocks: KeyedState<KeyClock>;
  readonly #leftsOn = new Groups();
  readonly #pairsOn = new Groups();
  readonly #caughtUp = new CaughtUp();

  constructor(
    readonly settings: JoinSettings,
    readonly sides: Sides<L, R>,
    restored: Restored = new Map(),
  ) {
    this.#left = new TimeBuffer('left|', restored);
    this.#right = new RightRecords(settings.toleranceMs, restored);
    this.#clocks = new KeyedState('clock|', restored);
    for (const [pair, stored] of this.#clocks.entries()) {
      const clock = restoreKeyClock(stored);
      if (clock !== stored) this.#clocks.set(pair, clock);
    }
    for (const series of this.#left.seriesNames())
      this.#leftsOn.add(sides.left.on(this.#left.latest(series)!.item), series);
    const { buffer } = this.#right;
    for (const series of buffer.seriesNames()) this.#meet(series, buffer.latest(series)!.item);
  }

  acceptLeft(item: L, time: Millis): JoinDecision<L, R> {
    const series = this.sides.left.series(item);
    const on = this.sides.left.on(item);
    const refused = this.#refuse(this.#left, this.sides.left, series, { time, item });
    // No right record ever had this name: the late record has nothing to match, so it is neither kept nor late.
    if (refused?.kind === 'late' && this.#pairsOn.of(on).length === 0) return UNMATCHED;
    if (refused) return refused;
    const left = { time, item };
    this.#leftsOn.add(on, series);
    this.#left.add(series, left);
    const pairs = this.#pairsOn.of(on);
    const { matches, count } = this.#expire(series, pairs);
    this.#evict(this.#left, series);
    for (const pair of pairs) matches.push(...this.#matchesOf(left, pair));
    return { kind: 'kept', matches, expired: count };
  }

  acceptRight(item: R, time: Millis): JoinDecision<L, R> {
    const series = this.sides.right.series(item);
    const refused = this.#refuse(this.#right.buffer, this.sides.right, series, { time, item });
    if (refused) return refused;
    const { on, pair, clock } = this.#meet(series, item);
    const right = { time, item, mark: clock.watermark };
    this.#right.buffer.add(series, right);
    this.#clocks.touch(pair);
    const moved = observe(clock, this.sides.right.source(item), time, this.settings.rules);
    let matches: readonly Match<L, R>[] = [];
    if (this.settings.mode === 'all') matches = this.#leftsFor(right, on).map((left) => match(left, right));
    else if (moved) matches = this.#decide(on, pair, right.mark, clock.watermark);
    // Not earlier: the decisions above may need the records that this time evicts.
    this.#evict(this.#right.buffer, series);
    return { kind: 'kept', matches, expired: 0 };
  }

  /** Advances silent sources by the clock; `caughtUp`: every input has been read to its end. */
  advanceIdle(now: Millis, caughtUp: boolean, monotonic: Millis = now): readonly Match<L, R>[] {
    const elapsed = this.#caughtUp.elapsed(monotonic, caughtUp);
    if (elapsed === undefined) return [];
    return this.#move((clock, pair) => {
      if (advanceIdle(clock, now, elapsed, this.settings.rules).noted) this.#clocks.touch(pair);
    });
  }

  /** End of a one-shot run: `clock` advances every watermark to the clock, `all` decides every left record. */
  finish(mode: 'clock' | 'all', now: Millis): readonly Match<L, R>[] {
    return this.#move((clock, pair, on) => {
      this.#clocks.touch(pair);
      advanceToEnd(clock, now, this.settings.rules);
      if (mode === 'clock') return;
      for (const series of this.#leftsOn.of(on))
        clock.watermark = Math.max(clock.watermark, this.#due(this.#left.latest(series)!));
    });
  }

  /** The least watermark of the pairs that have left records to match. */
  watermark(): Millis | undefined {
    const watermarks = this.#pairsOn
      .entries()
      .flatMap(([on, pairs]) => (this.#leftsOn.of(on).length > 0 ? pairs : []))
      .map((pair) => this.#clocks.get(pair)!.watermark);
    return watermarks.length === 0 ? undefined : Math.min(...watermarks);
  }

  changes(): StateChange[] {
    return [...this.#left.changes(), ...this.#right.changes(), ...this.#clocks.changes()];
  }

  #meet(series: string, item: R): { on: string; pair: string; clock: KeyClock } {
    const on = this.sides.right.on(item);
    const pair = this.sides.right.pair(item);
    this.#pairsOn.add(on, pair);
    this.#right.meet(pair, series);
    return { on, pair, clock: this.#clocks.get(pair) ?? this.#clocks.set(pair, newKeyClock()) };
  }

  #refuse<T>(
    buffer: TimeBuffer<Buffered<T>>,
    side: Side<T>,
    series: string,
    { time, item }: Buffered<T>,
  ): JoinDecision<L, R> | undefined {
    const newest = buffer.latest(series)?.time;
    if (newest === undefined || time > newest) return undefined;
    const byMs = newest - this.settings.keepMs - time;
    if (byMs > 0) return { kind: 'late', byMs };
    return this.settings.mode === 'nearest' && isRepeat(buffer.between(series, time, time), side, item)
      ? { kind: 'repeat' }
      : undefined;
  }

  /** Decides the left records of a series that are evicted next and still wait, by the right records there are. */
  #expire(series: string, pairs: readonly string[]): { matches: Match<L, R>[]; count: number } {
    const matches: Match<L, R>[] = [];
    if (this.settings.mode === 'all') return { matches, count: 0 };
    const { keepMs, toleranceMs } = this.settings;
    const end = this.#left.latest(series)!.time - keepMs;
    const undecided = new Set<Buffered<L>>();
    for (const pair of pairs) {
      const { watermark } = this.#clocks.get(pair)!;
      if (watermark - toleranceMs >= end) continue;
      for (const left of this.#left.between(series, watermark - toleranceMs, end)) {
        if (this.#due(left) <= watermark || left.time >= end) continue;
        undecided.add(left);
        matches.push(...this.#nearest(left, pair));
      }
    }
    return { matches, count: undecided.size };
  }

  #evict<T extends TimedItem>(buffer: TimeBuffer<T>, series: string): void {
    buffer.evict(series, buffer.latest(series)!.time - this.settings.keepMs);
  }

  /** The watermark at which a left record is decided: no right record that arrives later can fit. */
  #due(left: TimedItem): Millis {
    return left.time + this.settings.toleranceMs;
  }

  /** Advances the clocks of all pairs and decides the left records that are due. */
  #move(step: (clock: KeyClock, pair: string, on: string) => void): readonly Match<L, R>[] {
    if (this.settings.mode === 'all') return [];
    return this.#pairsOn.entries().flatMap(([on, pairs]) =>
      pairs.flatMap((pair) => {
        const clock = this.#clocks.get(pair)!;
        const from = clock.watermark;
        step(clock, pair, on);
        return clock.watermark > from ? this.#decide(on, pair, from, clock.watermark) : [];
      }),
    );
  }

  /** The matches of a new left record that can be emitted at once. */
  #matchesOf(left: Buffered<L>, pair: string): readonly Match<L, R>[] {
    if (this.settings.mode === 'all') return this.#right.matches(left, pair);
    return this.#clocks.get(pair)!.watermark >= this.#due(left) ? this.#nearest(left, pair) : [];
  }

  /** Decides the left records that are due when a pair's watermark moves. */
  #decide(on: string, pair: string, from: Millis, to: Millis): readonly Match<L, R>[] {
    const { toleranceMs } = this.settings;
    return this.#leftsOn.of(on).flatMap((series) => {
      if (this.#due(this.#left.latest(series)!) <= from) return [];
      const due = this.#left
        .between(series, from - toleranceMs, to - toleranceMs)
        .filter((left) => this.#due(left) > from);
      // Their rows are emitted, so the watermark that decided them must be stored.
      if (due.length > 0) this.#clocks.touch(pair);
      return due.flatMap((left) => this.#nearest(left, pair));
    });
  }

  /** The closest right record that arrived before the decision was due. */
  #nearest(left: Buffered<L>, pair: string): readonly Match<L, R>[] {
    return this.#right.nearest(left, pair, this.#due(left));
  }

  #leftsFor(right: Buffered<R>, on: string): readonly Buffered<L>[] {
    const { toleranceMs } = this.settings;
    return this.#leftsOn
      .of(on)
      .flatMap((series) => this.#left.between(series, right.time - toleranceMs, right.time + toleranceMs))
      .filter((left) => fits(left, right, toleranceMs));
  }
}
