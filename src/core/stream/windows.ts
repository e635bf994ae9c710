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
import { type Numbers, type OpenWindow, type Window, WindowPacker } from './window-packer.ts';

/**
 * Number of changed keys at which a commit is due: each takes some kilobytes of memory while it is written. Smaller
 * commits would write keys that change often more often.
 */
export const MAX_CHANGED_KEYS = 5000;

interface Entry<A> {
  readonly key: string;
  readonly clock: KeyClock;
  /** The open windows, packed, while the key is not dirty. */
  packed: readonly number[];
  /** The open windows while the key is dirty. */
  open: OpenWindow<A>[];
  /** Least end of the open windows; infinite if there are none. */
  nextEnd: Millis;
  /** Changed since the last commit. */
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
export class TumblingWindows<V, A extends Numbers<A>, R> {
  readonly #packer: WindowPacker<A>;
  readonly #entries = new Map<string, Entry<A>>();
  readonly #dirty: Entry<A>[] = [];
  /** Keys of which only the silence changed. No record or output depends on it, so later commits may store it. */
  readonly #silent = new Set<Entry<A>>();
  /** The keys that `finish` has yet to reach, and its clock time. */
  #finishing: { readonly entries: Iterator<Entry<A>>; readonly now: Millis } | undefined;
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
    this.#packer = new WindowPacker(fold.start);
    for (const [name, text] of restored) {
      if (name.startsWith(CLOCK))
        Object.assign(this.#entry(name.slice(CLOCK.length)).clock, restoreKeyClock(JSON.parse(text)));
      if (!name.startsWith(WINDOW)) continue;
      const [size = '', start = '', ...key] = name.slice(WINDOW.length).split('|');
      if (!sizes.includes(Number(size))) continue;
      const entry = this.#entry(key.join('|'));
      // A field that an earlier version did not store has its first value.
      const state = Object.assign(fold.start(), JSON.parse(text));
      const window = { size: Number(size), start: Number(start), state };
      entry.packed = entry.packed.concat(this.#packer.pack([window]));
      entry.nextEnd = Math.min(entry.nextEnd, endOf(window));
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
        entry.open.push(window);
        entry.nextEnd = Math.min(entry.nextEnd, endOf(window));
      }
      this.fold.add(window.state, value);
      window.dirty = true;
    }
    if (observe(entry.clock, source, time, this.rules)) this.#close(entry, entry.clock.watermark);
    return missed ?? NONE;
  }

  /** The open windows of a key, oldest first. */
  openOf(key: string): readonly Window<A>[] {
    const { dirty, open, packed } = this.#entry(key);
    return (dirty ? [...open] : this.#packer.unpack(packed)).sort(byEnd);
  }

  watermarkOf(key: string): Millis {
    return this.#entry(key).clock.watermark;
  }

  /** Advances silent sources by the clock; `caughtUp`: every input has been read to its end. */
  advanceIdle(now: Millis, caughtUp: boolean, monotonic: Millis = now): void {
    const elapsed = this.#caughtUp.elapsed(monotonic, caughtUp);
    // Between two steps of `finish` the clock stands still.
    if (elapsed === undefined || this.#finishing !== undefined) return;
    for (const entry of this.#entries.values()) {
      const { moved, noted } = advanceIdle(entry.clock, now, elapsed, this.rules);
      if (noted) this.#silent.add(entry);
      if (moved) this.#close(entry, entry.clock.watermark);
    }
  }

  /** So many keys have changed that a commit is due. */
  get isFull(): boolean {
    return this.#dirty.length >= MAX_CHANGED_KEYS;
  }

  /** `finish` has stopped early or `changes` has not returned everything: call them again. */
  get isUnfinished(): boolean {
    return this.#finishing !== undefined || this.#silent.size > 0;
  }

  /**
   * End of a one-shot run: `clock` advances every watermark to the clock, `all` closes every window. Stops early when
   * `isFull`; call it again after `changes`.
   */
  finish(mode: 'clock' | 'all', now: Millis): void {
    this.#finishing ??= { entries: this.#entries.values(), now };
    const { entries, now: since } = this.#finishing;
    while (!this.isFull) {
      const { value: entry, done } = entries.next();
      if (done) {
        this.#finishing = undefined;
        return;
      }
      this.#touch(entry);
      advanceToEnd(entry.clock, since, this.rules);
      if (mode === 'all')
        for (const window of entry.open)
          entry.clock.watermark = Math.max(entry.clock.watermark, endOf(window));
      this.#close(entry, entry.clock.watermark);
    }
  }

  /** The least watermark of the keys that have open windows. */
  watermark(): Millis | undefined {
    let least: Millis | undefined;
    for (const { clock, nextEnd } of this.#entries.values())
      if (nextEnd < Number.POSITIVE_INFINITY && (least === undefined || clock.watermark < least))
        least = clock.watermark;
    return least;
  }

  changes(): StateChange[] {
    const changes: StateChange[] = this.#closed.splice(0).map((name) => [name, null]);
    for (const entry of this.#silent) {
      if (this.isFull) break;
      this.#touch(entry);
    }
    for (const entry of this.#dirty.splice(0)) {
      entry.dirty = false;
      this.#silent.delete(entry);
      changes.push([CLOCK + entry.key, JSON.stringify(entry.clock)]);
      for (const window of entry.open) {
        if (!window.dirty) continue;
        window.dirty = false;
        window.stored = true;
        changes.push([nameOf(entry.key, window), JSON.stringify(window.state)]);
      }
      entry.packed = this.#packer.pack(entry.open);
      entry.open = NO_WINDOWS;
    }
    return changes;
  }

  #entry(key: string): Entry<A> {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const nextEnd = Number.POSITIVE_INFINITY;
      entry = { key, clock: newKeyClock(), packed: NONE, open: NO_WINDOWS, nextEnd, dirty: false };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #touch(entry: Entry<A>): void {
    if (entry.dirty) return;
    entry.dirty = true;
    entry.open = this.#packer.unpack(entry.packed);
    entry.packed = NONE;
    this.#dirty.push(entry);
  }

  #close(entry: Entry<A>, mark: Millis): void {
    if (mark < entry.nextEnd) return;
    this.#touch(entry);
    const due = entry.open.filter((window) => endOf(window) <= mark).sort(byEnd);
    entry.open = entry.open.filter((window) => endOf(window) > mark);
    entry.nextEnd = entry.open.reduce(
      (least, window) => Math.min(least, endOf(window)),
      Number.POSITIVE_INFINITY,
    );
    for (const window of due) {
      if (window.stored) this.#closed.push(nameOf(entry.key, window));
      this.due(entry.key, window);
    }
  }
}

const NONE: readonly number[] = [];
/** Never changed: a dirty key has a list of its own. */
const NO_WINDOWS: never[] = [];
const nameOf = (key: string, { size, start }: Window<unknown>): string => `${WINDOW}${size}|${start}|${key}`;
