import type { Millis } from '../util/time.ts';
import { longestOf, type WindowLength, windowsOf } from '../util/window-length.ts';
import type { Aggregation } from './aggregations.ts';
import type { Restored, StateChange } from './keyed-state.ts';
import { CaughtUp, type TimeRules } from './watermark.ts';
import { KeyWindows } from './windows/key-windows.ts';
import type { Placement, WindowRules } from './windows/placement.ts';
import { byEnd, partState, readStoredWindow, spansOf, WINDOW, type Window } from './windows/window.ts';

export interface WindowSettings {
  /** How long closed windows are kept, in event time behind the watermark. */
  readonly retainMs?: Millis;
  /** IANA name of the zone whose days, weeks and months the windows follow. */
  readonly zone?: string;
}

const CLOCK = 'clock|';

/**
 * Tumbling windows of several lengths over keyed values. Each key has its own event time, so a backfill of one key makes
 * no other late; history that a key has not covered is taken in any order. Deterministic: the clock enters only through
 * `advanceIdle` and `finish`.
 */
export class TumblingWindows<V, A extends object, R> {
  readonly #rules: WindowRules<A>;
  readonly #keys = new Map<string, KeyWindows<A>>();
  readonly #dirty: KeyWindows<A>[] = [];
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
    readonly fold: Aggregation<V, A, R>,
    rules: TimeRules,
    /** Called for each due window, oldest first. */
    due: (key: string, window: Window<A>) => void,
    restored: Restored = new Map(),
    { retainMs = 0, zone = 'UTC' }: WindowSettings = {},
  ) {
    const kinds = lengths
      .map((length) => windowsOf(length, zone))
      .sort((a, b) => longestOf(a.length) - longestOf(b.length));
    this.#rules = { kinds, start: fold.start, time: rules, retainMs, due, deleted: [] };
    for (const [name, text] of restored)
      if (name.startsWith(CLOCK)) this.#key(name.slice(CLOCK.length)).time.restore(JSON.parse(text));
    for (const [name, text] of restored) if (name.startsWith(WINDOW)) this.#restore(name, text);
  }

  /** Adds a value at a time. Returns the lengths whose window has already closed; usually none. */
  accept(key: string, source: string, time: Millis, value: V): readonly WindowLength[] {
    const { open, missed } = this.place(key, time, time + 1);
    for (const window of open) this.fold.add(window.state, value);
    this.observe(source, time);
    return missed.map(({ length }) => length);
  }

  /**
   * Finds or opens the windows that contain [start, end). The caller adds to them what it knows, then calls `observe`, which
   * may close them.
   */
  place(key: string, start: Millis, end: Millis): Readonly<Placement<A>> {
    const placed = this.#placed;
    placed.open.length = placed.closed.length = placed.missed.length = placed.unfit.length = 0;
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
    return partState(window, part, this.fold.start);
  }

  /** The open windows of a key, oldest first. */
  openOf(key: string): readonly Window<A>[] {
    const { open, past } = this.#key(key);
    return [...past, ...open].sort(byEnd);
  }

  watermarkOf(key: string): Millis {
    return this.#key(key).time.live.clock.watermark;
  }

  /** Advances silent sources by the clock; `caughtUp`: every input has been read to its end. */
  advanceIdle(now: Millis, caughtUp: boolean, monotonic: Millis = now): void {
    const elapsed = this.#caughtUp.elapsed(monotonic, caughtUp);
    if (elapsed === undefined) return;
    for (const key of this.#keys.values()) if (key.advanceIdle(now, elapsed)) this.#touch(key);
  }

  /**
   * End of a one-shot run: closes all windows of history; `clock` advances every watermark to the clock, `all` closes every
   * window.
   */
  finish(mode: 'clock' | 'all', now: Millis): void {
    for (const key of this.#keys.values()) {
      this.#touch(key);
      key.finish(mode, now);
    }
  }

  /** The least watermark of the keys that have open windows. */
  watermark(): Millis | undefined {
    let least: Millis | undefined;
    for (const { time, open, past } of this.#keys.values()) {
      const track = past.length > 0 ? time.past : open.length > 0 ? time.live : undefined;
      if (track !== undefined && (least === undefined || track.clock.watermark < least))
        least = track.clock.watermark;
    }
    return least;
  }

  /** The spans of a key's windows that are open or kept, in order of time. */
  spansOf(key: string): readonly (readonly [from: Millis, to: Millis])[] {
    const { open, past, closed } = this.#key(key);
    return spansOf([...open, ...past, ...closed]);
  }

  changes(): StateChange[] {
    for (const key of this.#dirty) key.closed.evict();
    const changes: StateChange[] = this.#rules.deleted.splice(0).map((name) => [name, null]);
    for (const key of this.#dirty.splice(0)) {
      changes.push([CLOCK + key.key, JSON.stringify(key.time)]);
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
    const stored = readStoredWindow(text, this.fold.start);
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

  #touch(key: KeyWindows<A>): void {
    if (key.isDirty) return;
    key.isDirty = true;
    this.#dirty.push(key);
  }
}
