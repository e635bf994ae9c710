import type { Restored, StateChange } from '../../core/stream/keyed-state.ts';
import { dismissSource, expectSource, timeOfSource } from '../../core/stream/watermark.ts';
import { joinKey } from '../../core/text/key.ts';
import { DAY, type Millis } from '../../core/util/time.ts';
import { type Signal, signalKey } from '../../market/signals/signal.ts';
import type { Emitter, Input, Logic, Now } from '../processor.ts';
import { Backlog } from './backlog.ts';
import { hasStream } from './coin-streams.ts';
import { DeferredFacts } from './deferred-facts.ts';
import type { Fact } from './facts.ts';
import { missedSignals } from './missed.ts';
import type { SignalSettings } from './signal-options.ts';
import { type CoinWindow, type Placed, SignalState, UNREAD } from './signal-state.ts';

/** Records that are not read yet are at most this far behind, because the tasks of `select` read a backlog side by side. */
const UNREAD_BEHIND: Millis = 2 * DAY;

/** The running logic of `signals`. */
export class SignalLogic implements Logic {
  readonly #state: SignalState;
  readonly #deferred: DeferredFacts;
  readonly #amends: boolean;
  /** Coins whose windows may have changed since the last commit. */
  readonly #touched = new Set<string>();
  readonly #backlog: Backlog;
  #out!: Emitter;

  constructor(
    readonly settings: SignalSettings,
    restored: Restored,
  ) {
    this.#state = new SignalState(settings, restored, (key, window) => this.#close(key, window));
    this.#amends = settings.late === 'amend';
    this.#deferred = new DeferredFacts(restored);
    this.#backlog = new Backlog(restored);
  }

  accept(input: Input, out: Emitter): void {
    this.#out = out;
    const state = this.#state;
    const fact = state.read(input, out);
    if (fact === undefined) return;
    const key = joinKey(fact.coin);
    this.#touched.add(key);
    const placed = state.place(key, fact);
    const before = timeOfSource(state.windows.clockOf(key), fact.stream) ?? Number.NEGATIVE_INFINITY;
    const arrival = state.arrivalOf(fact, before);
    const release = state.releaseOf(key, fact, placed, before);
    if (before === Number.NEGATIVE_INFINITY && state.rules.lagOf(fact.stream) !== undefined)
      state.streams.countFrom(key, fact.stream, Math.max(release, state.grid.lastEnd(fact.end - 1)));
    const late = placed.open.filter(({ end }) => end <= release);
    // The row of a step that a late record opens is there because of it.
    if (this.settings.slide !== undefined && placed.isNew)
      for (const window of late) state.rows.noteArrival(window, arrival);
    this.#reportLate(key, fact, placed, late);
    const isUsed =
      placed.open.length > (this.#amends ? 0 : late.length) || (this.#amends && placed.closed.length > 0);
    if (isUsed && late.length === 0) this.#add(key, fact, placed, arrival);
    else if (isUsed && !this.#deferred.add(key, { fact, release, arrival }))
      out.late('too many records are late for windows that are still open', before - fact.time);
    this.#observe(key, fact);
    this.#release(key, state.windows.watermarkOf(key));
  }

  advance({ time, monotonic, caughtUp }: Now, out: Emitter): void {
    this.#out = out;
    this.#backlog.note(caughtUp);
    if (caughtUp) this.#endBacklog();
    this.#state.windows.advanceIdle(time, caughtUp, monotonic);
    for (const key of this.#deferred.keys()) this.#release(key, this.#state.windows.watermarkOf(key));
  }

  finish(mode: 'clock' | 'all', time: Millis, out: Emitter): void {
    this.#out = out;
    this.#endBacklog();
    const { windows } = this.#state;
    if (mode === 'all') for (const key of this.#deferred.keys()) this.#releaseAll(key);
    windows.finish(mode, time);
    if (windows.isUnfinished) return;
    const deferred = this.#deferred.keys();
    for (const key of deferred) this.#release(key, windows.watermarkOf(key));
    if (deferred.length > 0) windows.finish(mode, time);
  }

  changes(): StateChange[] {
    const changes = this.#state.changes(this.#touched);
    this.#touched.clear();
    return [...changes, ...this.#deferred.changes(), ...this.#backlog.changes()];
  }

  get isFull() {
    return this.#state.windows.isFull;
  }

  get isUnfinished() {
    return this.#state.windows.isUnfinished;
  }

  watermark() {
    return this.#state.windows.watermark();
  }

  /** Takes the event time of a record. A coin's first prices wait for its posts, and its first posts for prices. */
  #observe(key: string, { post, stream, time }: Fact): void {
    const [own, other] = post === undefined ? ['prices', 'posts'] : ['posts', 'prices'];
    const clock = this.#state.windows.clockOf(key);
    const isKnown = this.#state.streams.has(key, other === 'posts') || hasStream(clock, other === 'posts');
    if (!isKnown) expectSource(clock, other, time);
    dismissSource(clock, own);
    const reached = Math.max(clock.watermark + this.settings.lateness, time - UNREAD_BEHIND);
    if (this.#backlog.holds(key)) expectSource(clock, UNREAD, reached);
    this.#state.windows.observe(stream, time);
    // A live source will send more, although this record is history.
    if (this.#state.rules.lagOf(stream) !== undefined) expectSource(clock, stream, time);
  }

  #endBacklog(): void {
    for (const key of this.#backlog.take()) dismissSource(this.#state.windows.clockOf(key), UNREAD);
  }

  /** Says which windows a record missed, by the order of `--late`. */
  #reportLate(key: string, fact: Fact, { missed: old, closed }: Placed, late: readonly CoinWindow[]): void {
    const kinds = [...old, ...(this.#amends ? [] : [...closed, ...late].map(({ kind }) => kind))];
    if (kinds.length === 0) return;
    const names = [...new Set(kinds.map(({ name }) => name))];
    if (this.settings.late === 'drop') this.#out.drop('window already closed');
    else {
      const byMs = Math.max(0, this.#state.windows.watermarkOf(key) - fact.time);
      const missed = missedSignals(kinds, fact, this.#state.grid, this.settings);
      this.#out.late(`window ${names.join(', ')} was already closed`, byMs, missed);
    }
  }

  /** Adds a record to its windows, and writes those again that are closed. */
  #add(key: string, fact: Fact, placed: Placed, arrival: Millis): void {
    const { windows, rows, streams, rules } = this.#state;
    const isBehind = placed.closed.length > 0 || fact.start < windows.watermarkOf(key);
    const closed = isBehind && this.#amends ? windows.closedOf(key) : [];
    const changed = rows.add(key, fact, closed);
    if (changed === undefined) {
      this.#out.drop('repeat');
      return;
    }
    streams.note(key, fact.stream, fact.end - 1);
    let isHistory = placed.isPast;
    for (const [window, spans] of changed) {
      rows.noteArrival(window, arrival);
      window.dirty = true;
      if (windows.amend(window)) {
        this.#out.amended?.();
        this.#emit(window, rows.rows(key, window, spans));
      } else isHistory = true;
    }
    if (!isHistory || rules.lagOf(fact.stream) === undefined) return;
    // A live source sends no history but bars: what else is behind is late, and known when it has arrived.
    for (const window of placed.open)
      if (window.end <= windows.watermarkOf(key)) rows.noteArrival(window, arrival);
    if (fact.bar === undefined) windows.finishPast(key);
  }

  /** Adds the deferred records whose windows are closed up to `watermark`. */
  #release(key: string, watermark: Millis): void {
    for (const { fact, arrival } of this.#deferred.take(key, watermark)) {
      this.#touched.add(key);
      const placed = this.#state.place(key, fact);
      if (placed.open.length + (this.#amends ? placed.closed.length : 0) > 0)
        this.#add(key, fact, placed, arrival);
      else if (this.#amends) this.#out.drop('window already closed, and no longer kept');
    }
  }

  /** Closes the windows that deferred records wait for, and adds these, in the order of a run that goes on. */
  #releaseAll(key: string): void {
    for (;;) {
      const release = this.#deferred.nextRelease(key);
      if (release === undefined) return;
      this.#state.windows.advanceTo(key, release);
      this.#release(key, release);
    }
  }

  #close(key: string, window: CoinWindow): void {
    this.#touched.add(key);
    const { rows } = this.#state;
    const all = rows.spansOf(window).map((_, at) => at);
    this.#emit(window, window.revision === 0 ? rows.firstRows(key, window) : rows.rows(key, window, all));
  }

  #emit(window: CoinWindow, rows: readonly Signal[]): void {
    if (rows.length === 0) return;
    window.revision += 1;
    window.dirty = true;
    for (const row of rows) this.#out.emit({ key: signalKey(row), partitionKey: row.coin, value: row });
  }
}
