import type { Millis } from '../util/time.ts';
import { longestOf, type WindowLength, windowsOf } from '../util/window-length.ts';
import type { Restored, StateChange } from './keyed-state.ts';
import { CaughtUp, type KeyClock, type TimeRules } from './watermark.ts';
import { KeyWindows } from './windows/key-windows.ts';
import type { Placement, WindowRules } from './windows/placement.ts';
import {
  byEnd,
  CLOCK,
  partState,
  readStoredWindow,
  WINDOW,
  type Window,
  windowSpans,
} from './windows/window.ts';
import { type Numbers, WindowPacker } from './windows/window-packer.ts';

export interface WindowSettings {
  /** How long closed windows are kept, in event time behind the watermark. */
  readonly retainMs?: Millis;
  /** IANA name of the zone whose days, weeks and months the windows follow. */
  readonly zone?: string;
}

/**
 * Number of changed keys at which a commit is due: each takes some kilobytes of memory while it is written. Smaller
 * commits would write keys that change often more often.
 */
export const MAX_CHANGED_KEYS = 5000;

/**
 * Tumbling windows of several lengths over keyed values. Each key has its own event time, so a backfill of one key makes
 * no other late; history that a key has not covered is taken in any order. Deterministic: the clock enters only through
 * `advanceIdle` and `finish`.
 */
export class TumblingWindows<A extends Numbers<A>> {
  readonly #rules: WindowRules<A>;
  readonly #keys = new Map<string, KeyWindows<A>>();
  readonly #dirty: KeyWindows<A>[] = [];
  /** Keys of which only the silence changed. No record or output depends on it, so later commits may store it. */
  readonly #silent = new Set<KeyWindows<A>>();
  /** The keys that `finish` has yet to reach, and its clock time. */
  #finishing: { readonly keys: Iterator<KeyWindows<A>>; readonly now: Millis } | undefined;
  readonly #caughtUp = new CaughtUp();
  readonly #placed: Placement<A> = {
    open: [],
    closed: [],
    missed: [],
    unfit: [],
    start: 0,
    isPast: false,
    isNew: false,
  };
  /** The key of the record placed last. */
  #current: KeyWindows<A> | undefined;

  constructor(
    lengths: readonly WindowLength[],
    /** Makes an empty aggregation. */
    readonly start: () => A,
    rules: TimeRules,
    /** Called for each due window, oldest first. */
    due: (key: string, window: Window<A>) => void,
    restored: Restored = new Map(),
    { retainMs = 0, zone = 'UTC' }: WindowSettings = {},
  ) {
    const kinds = lengths
      .map((length) => windowsOf(length, zone))
      .sort((a, b) => longestOf(a.length) - longestOf(b.length));
    const packer = new WindowPacker(kinds, start);
    this.#rules = { kinds, start, packer, time: rules, retainMs, due, deleted: [] };
    for (const [name, text] of restored)
      if (name.startsWith(CLOCK)) this.#key(name.slice(CLOCK.length)).time.restore(JSON.parse(text));
    for (const [name, text] of restored) if (name.startsWith(WINDOW)) this.#restore(name, text);
    for (const key of this.#keys.values()) key.pack();
  }

  /**
   * Finds or opens the windows that contain [start, end). The caller adds to them what it knows, then calls `observe`, which
   * may close them.
   */
  place(key: string, start: Millis, end: Millis): Readonly<Placement<A>> {
    const placed = this.#placed;
    // Setting a length takes time; one window is open nearly always, and no other list has any.
    while (placed.open.length > 0) placed.open.pop();
    if (placed.closed.length > 0) placed.closed.length = 0;
    if (placed.missed.length > 0) placed.missed.length = 0;
    if (placed.unfit.length > 0) placed.unfit.length = 0;
    placed.isNew = placed.isPast = false;
    let current = this.#current;
    if (current === undefined || current.key !== key) current = this.#current = this.#key(key);
    this.#touch(current);
    current.place(start, end, placed);
    return placed;
  }

  /**
   * A closed window of the record placed last has changed. True if it is to be emitted again; one of which more may come
   * opens again.
   */
  amend(window: Window<A>): boolean {
    return this.#current?.amend(window) === true;
  }

  /** Takes the event time of the record placed last, and closes what is due. */
  observe(source: string, time: Millis): void {
    this.#current?.observe(source, time, this.#placed);
  }

  /** The aggregation of a window for one part of its key; for a key without parts it is empty. */
  stateOf(window: Window<A>, part: string): A {
    return partState(window, part, this.start);
  }

  /** The open windows of a key, oldest first. */
  openOf(key: string): readonly Window<A>[] {
    const windows = this.#key(key).all();
    return windows.filter(({ isClosed }) => !isClosed).sort(byEnd);
  }

  /** The closed windows of a key that are still kept, oldest first. */
  closedOf(key: string): readonly Window<A>[] {
    const { closed } = this.#key(key);
    closed.evict();
    return [...closed].sort(byEnd);
  }

  watermarkOf(key: string): Millis {
    return this.#key(key).time.live.clock.watermark;
  }

  /** The clock of a key's newest stretch, for those who know more about its sources than records say. */
  clockOf(key: string): KeyClock {
    const known = this.#key(key);
    this.#touch(known);
    return known.time.live.clock;
  }

  /** Closes the windows of history of a key. One that gets another record opens again. */
  finishPast(key: string): void {
    const known = this.#key(key);
    this.#touch(known);
    known.endPast();
  }

  /** Advances the watermark of a key to `time`, whatever its sources say. */
  advanceTo(key: string, time: Millis): void {
    const known = this.#key(key);
    this.#touch(known);
    known.advanceTo(time);
  }

  /** Advances silent sources by the clock; `caughtUp`: every input has been read to its end. */
  advanceIdle(now: Millis, caughtUp: boolean, monotonic: Millis = now): void {
    const elapsed = this.#caughtUp.elapsed(monotonic, caughtUp);
    // Between two steps of `finish` the clock stands still.
    if (elapsed === undefined || this.#finishing !== undefined) return;
    for (const key of this.#keys.values())
      if (key.advanceIdle(now, elapsed, (watermark) => this.#touch(key, watermark))) this.#silent.add(key);
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
   * End of a one-shot run: closes all windows of history; `clock` advances every watermark to the clock, `all` closes every
   * window. Stops early when `isFull`; call it again after `changes`.
   */
  finish(mode: 'clock' | 'all', now: Millis): void {
    this.#finishing ??= { keys: this.#keys.values(), now };
    const { keys, now: since } = this.#finishing;
    while (!this.isFull) {
      const { value: key, done } = keys.next();
      if (done) {
        this.#finishing = undefined;
        return;
      }
      this.#touch(key);
      key.finish(mode, since);
    }
  }

  /** The least watermark of the keys that have open windows. */
  watermark(): Millis | undefined {
    let least: Millis | undefined;
    for (const { time, hasOpen, hasPast } of this.#keys.values()) {
      const track = hasPast ? time.past : hasOpen ? time.live : undefined;
      if (track !== undefined && (least === undefined || track.clock.watermark < least))
        least = track.clock.watermark;
    }
    return least;
  }

  /** The spans of a key's windows that are open or kept, in order of time. */
  spansOf(key: string): readonly (readonly [from: Millis, to: Millis])[] {
    return windowSpans(this.#key(key).all());
  }

  changes(): StateChange[] {
    for (const key of this.#silent) {
      if (this.isFull) break;
      this.#touch(key);
    }
    for (const key of this.#dirty) key.closed.evict();
    const changes = this.#rules.deleted.splice(0).map((name): StateChange => [name, null]);
    for (const key of this.#dirty.splice(0)) {
      this.#silent.delete(key);
      key.changes(changes);
    }
    return changes;
  }

  #key(name: string): KeyWindows<A> {
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = new KeyWindows(name, this.#rules);
      this.#keys.set(name, key);
    }
    return key;
  }

  #restore(name: string, text: string): void {
    const [length = '', start = '', ...key] = name.slice(WINDOW.length).split('|');
    const kind = this.#rules.kinds.find((one) => String(one.length) === length);
    if (kind === undefined) return;
    const stored = readStoredWindow(text, this.start);
    const end = kind.endOf(Number(start));
    this.#key(key.join('|')).restore({
      kind,
      start: Number(start),
      end,
      dirty: false,
      isStored: true,
      ...stored,
    });
  }

  #touch(key: KeyWindows<A>, watermark?: Millis): void {
    if (key.isDirty) return;
    key.touch(watermark);
    this.#dirty.push(key);
  }
}
