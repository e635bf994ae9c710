import type { StateChange } from '../keyed-state.ts';
import { ClosedWindows } from './closed-windows.ts';
import type { WindowRules } from './placement.ts';
import { Timeline } from './timeline.ts';
import { CLOCK, nameOf, storedWindow, type Window } from './window.ts';
import type { Numbers } from './window-packer.ts';

const NO_NUMBERS: readonly number[] = [];
/** Never changed: a dirty key has lists of its own. */
const NO_WINDOWS: never[] = [];

/** The windows of one key in memory and as stored, packed while nothing changes. */
export class WindowLists<A extends Numbers<A>> {
  readonly time = new Timeline();
  /** Open windows that end after the watermark. */
  open: Window<A>[] = NO_WINDOWS;
  /** Open windows of history, which end at or before the watermark. */
  past: Window<A>[] = NO_WINDOWS;
  readonly closed: ClosedWindows<A>;
  /** Least end of `open`, and of `past`. */
  protected nextEnd = Number.POSITIVE_INFINITY;
  protected nextPast = Number.POSITIVE_INFINITY;
  /** All windows, while the key is not dirty; empty while it is. */
  #packed = NO_NUMBERS;
  /** Changed since the last commit. */
  isDirty = false;

  constructor(
    readonly key: string,
    readonly rules: WindowRules<A>,
  ) {
    this.closed = new ClosedWindows(this.time, rules.retainMs, key, rules.deleted);
  }

  /** Takes a window as stored; `pack` follows. */
  restore(window: Window<A>, watermark = this.time.live.clock.watermark): void {
    this.#ownLists();
    const { live } = this.time;
    // A clock that was not stored.
    if (live.from === Number.MAX_SAFE_INTEGER) live.from = live.first = window.start;
    if (window.isClosed) this.closed.add(window);
    else this.hold(window, window.isPast || window.end <= watermark);
  }

  get hasOpen(): boolean {
    return this.nextEnd < Number.POSITIVE_INFINITY;
  }

  get hasPast(): boolean {
    return this.nextPast < Number.POSITIVE_INFINITY;
  }

  /** Every window, open or kept. */
  all(): readonly Window<A>[] {
    if (!this.isDirty && this.#packed.length > 0) return this.rules.packer.unpack(this.#packed);
    return [...this.open, ...this.past, ...this.closed];
  }

  /** Makes windows of what `changes` has packed under this watermark, which may have moved past open ones since. */
  touch(watermark = this.time.live.clock.watermark): void {
    this.isDirty = true;
    const packed = this.#packed;
    this.#packed = NO_NUMBERS;
    this.#ownLists();
    for (const window of this.rules.packer.unpack(packed)) this.restore(window, watermark);
  }

  /** Adds what changed to `changes`, and packs the windows. */
  changes(changes: StateChange[]): void {
    changes.push([CLOCK + this.key, JSON.stringify(this.time)]);
    for (const windows of [this.open, this.past, this.closed])
      for (const window of windows) {
        if (!window.dirty) continue;
        window.dirty = false;
        window.isStored = true;
        changes.push([nameOf(this.key, window), storedWindow(window, this.rules.start)]);
      }
    this.pack();
  }

  pack(): void {
    const packed = this.rules.packer.pack(this.all());
    this.isDirty = false;
    if (packed === undefined) return;
    this.#packed = packed;
    this.open = NO_WINDOWS;
    this.past = NO_WINDOWS;
    this.closed.clear();
  }

  #ownLists(): void {
    if (this.open === NO_WINDOWS) this.open = [];
    if (this.past === NO_WINDOWS) this.past = [];
  }

  /** A closed window has changed. Returns false if it opens again, since more of it may come. */
  amend(window: Window<A>): boolean {
    const isEarly = window.end > this.time.watermarkFor(window);
    if (!isEarly && !window.isEdge) return true;
    this.closed.remove(window);
    window.isClosed = false;
    // What completes the first window of the newest stretch is history.
    this.hold(window, window.isPast || !isEarly);
    return false;
  }

  protected hold(window: Window<A>, isPast = window.isPast): void {
    if (isPast) {
      this.past.push(window);
      this.nextPast = Math.min(this.nextPast, window.end);
    } else {
      this.open.push(window);
      this.nextEnd = Math.min(this.nextEnd, window.end);
    }
  }
}
