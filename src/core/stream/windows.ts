import type { Millis } from '../util/time.ts';
import type { Aggregation } from './aggregations.ts';
import type { Restored, StateChange } from './keyed-state.ts';
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

/** An open window, or one that is due. */
export interface Window<A> {
  readonly size: Millis;
  /** Epoch-aligned; the window is [start, start + size). */
  readonly start: Millis;
  readonly state: A;
}

interface OpenWindow<A> extends Window<A> {
  dirty: boolean;
  /** It may be in the stored state, so closing it must remove it there. */
  stored: boolean;
}

interface Entry<A> {
  readonly key: string;
  readonly clock: KeyClock;
  open: OpenWindow<A>[];
  /** Least end of the open windows. */
  nextEnd: Millis;
  dirty: boolean;
}

const CLOCK = 'clock|';
const WINDOW = 'window|';
const endOf = (window: Window<unknown>): Millis => window.start + window.size;
const byEnd = (a: Window<unknown>, b: Window<unknown>): number => endOf(a) - endOf(b) || a.size - b.size;

/**
 * Tumbling windows of several sizes over keyed values. Each key has its own event time, so a backfill of one key makes
 * no other late. Deterministic: the clock enters only through `advanceIdle` and `finish`.
 */
export class TumblingWindows<V, A, R> {
  readonly #entries = new Map<string, Entry<A>>();
  readonly #dirty: Entry<A>[] = [];
  readonly #closed: string[] = [];
  readonly #caughtUp = new CaughtUp();

  constructor(
    readonly sizes: readonly Millis[],
    readonly fold: Aggregation<V, A, R>,
    readonly rules: TimeRules,
    /** Called for each due window, oldest first. */
    readonly due: (key: string, window: Window<A>) => void,
    restored: Restored = new Map(),
  ) {
    for (const [name, text] of restored) {
      if (name.startsWith(CLOCK))
        Object.assign(this.#entry(name.slice(CLOCK.length)).clock, restoreKeyClock(JSON.parse(text)));
      if (!name.startsWith(WINDOW)) continue;
      const [size = '', start = '', ...key] = name.slice(WINDOW.length).split('|');
      if (!sizes.includes(Number(size))) continue;
      const place = { size: Number(size), start: Number(start) };
      const window = { ...place, state: JSON.parse(text) as A, dirty: false, stored: true };
      this.#open(this.#entry(key.join('|')), window);
    }
  }

  /** Adds a value. Returns the sizes whose window has already closed; usually none. */
  accept(key: string, source: string, time: Millis, value: V): readonly Millis[] {
    const entry = this.#entry(key);
    this.#touch(entry);
    let missed: Millis[] | undefined;
    for (const size of this.sizes) {
      const start = Math.floor(time / size) * size;
      if (start + size <= entry.clock.watermark) {
        missed ??= [];
        missed.push(size);
        continue;
      }
      let window = entry.open.find((open) => open.start === start && open.size === size);
      if (window === undefined) {
        window = { size, start, state: this.fold.start(), dirty: true, stored: false };
        this.#open(entry, window);
      }
      this.fold.add(window.state, value);
      window.dirty = true;
    }
    if (observe(entry.clock, source, time, this.rules)) this.#close(entry, entry.clock.watermark);
    return missed ?? NONE;
  }

  /** The open windows of a key, oldest first. */
  openOf(key: string): readonly Window<A>[] {
    return [...this.#entry(key).open].sort(byEnd);
  }

  watermarkOf(key: string): Millis {
    return this.#entry(key).clock.watermark;
  }

  /** Advances silent sources by the clock; `caughtUp`: every input has been read to its end. */
  advanceIdle(now: Millis, caughtUp: boolean, monotonic: Millis = now): void {
    const elapsed = this.#caughtUp.elapsed(monotonic, caughtUp);
    if (elapsed === undefined) return;
    for (const entry of this.#entries.values()) {
      const { moved, noted } = advanceIdle(entry.clock, now, elapsed, this.rules);
      if (noted) this.#touch(entry);
      if (moved) this.#close(entry, entry.clock.watermark);
    }
  }

  /** End of a one-shot run: `clock` advances every watermark to the clock, `all` closes every window. */
  finish(mode: 'clock' | 'all', now: Millis): void {
    for (const entry of this.#entries.values()) {
      this.#touch(entry);
      advanceToEnd(entry.clock, now, this.rules);
      if (mode === 'all')
        for (const window of entry.open)
          entry.clock.watermark = Math.max(entry.clock.watermark, endOf(window));
      this.#close(entry, entry.clock.watermark);
    }
  }

  /** The least watermark of the keys that have open windows. */
  watermark(): Millis | undefined {
    let least: Millis | undefined;
    for (const { clock, open } of this.#entries.values())
      if (open.length > 0 && (least === undefined || clock.watermark < least)) least = clock.watermark;
    return least;
  }

  changes(): StateChange[] {
    const changes: StateChange[] = this.#closed.splice(0).map((name) => [name, null]);
    for (const entry of this.#dirty.splice(0)) {
      entry.dirty = false;
      changes.push([CLOCK + entry.key, JSON.stringify(entry.clock)]);
      for (const window of entry.open) {
        if (!window.dirty) continue;
        window.dirty = false;
        window.stored = true;
        changes.push([nameOf(entry.key, window), JSON.stringify(window.state)]);
      }
    }
    return changes;
  }

  #entry(key: string): Entry<A> {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { key, clock: newKeyClock(), open: [], nextEnd: Number.POSITIVE_INFINITY, dirty: false };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #touch(entry: Entry<A>): void {
    if (entry.dirty) return;
    entry.dirty = true;
    this.#dirty.push(entry);
  }

  #open(entry: Entry<A>, window: OpenWindow<A>): void {
    entry.open.push(window);
    entry.nextEnd = Math.min(entry.nextEnd, endOf(window));
  }

  #close(entry: Entry<A>, mark: Millis): void {
    if (mark < entry.nextEnd) return;
    const due = entry.open.filter((window) => endOf(window) <= mark).sort(byEnd);
    entry.open = entry.open.filter((window) => endOf(window) > mark);
    entry.nextEnd = entry.open.reduce(
      (least, window) => Math.min(least, endOf(window)),
      Number.POSITIVE_INFINITY,
    );
    this.#touch(entry);
    for (const window of due) {
      if (window.stored) this.#closed.push(nameOf(entry.key, window));
      this.due(entry.key, window);
    }
  }
}

const NONE: readonly Millis[] = [];
const nameOf = (key: string, { size, start }: Window<unknown>): string => `${WINDOW}${size}|${start}|${key}`;
