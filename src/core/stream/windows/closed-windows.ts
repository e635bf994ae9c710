import type { Millis } from '../../util/time.ts';
import type { Windows } from '../../util/window-length.ts';
import type { Timeline } from './timeline.ts';
import { find, nameOf, type Window } from './window.ts';

/** Windows added at which those that are no longer kept are forgotten, even before a commit. */
const MANY = 256;

/** The closed windows of a key that late records may still change. */
export class ClosedWindows<A> {
  #windows: Window<A>[] = [];
  /** Largest end of the windows, or more. */
  #lastEnd = Number.NEGATIVE_INFINITY;
  #limit = MANY;

  constructor(
    readonly time: Timeline,
    /** How long they are kept, in event time behind the watermark. */
    readonly retainMs: Millis,
    readonly key: string,
    /** Takes the names of stored windows that are no longer kept. */
    readonly deleted: string[],
  ) {}

  [Symbol.iterator](): IterableIterator<Window<A>> {
    return this.#windows.values();
  }

  add(window: Window<A>): void {
    this.#windows.push(window);
    if (window.end > this.#lastEnd) this.#lastEnd = window.end;
    if (this.#windows.length > this.#limit) this.evict();
  }

  /** Empties it; they are held elsewhere. */
  clear(): void {
    this.#windows = [];
  }

  /** The window if it is still kept. */
  get(kind: Windows, start: Millis, end: Millis): Window<A> | undefined {
    if (end > this.#lastEnd) return undefined;
    const window = find(this.#windows, kind, start);
    return window !== undefined && this.#isKept(window) ? window : undefined;
  }

  remove(window: Window<A>): void {
    this.#windows.splice(this.#windows.indexOf(window), 1);
  }

  /** Forgets those that are no longer kept. */
  evict(): void {
    if (this.#windows.length > 0) this.#forget((window) => !this.#isKept(window));
  }

  /** Forgets those of history. */
  forgetPast(): void {
    this.#forget(({ isPast }) => isPast);
  }

  #isKept(window: Window<A>): boolean {
    if (this.retainMs === 0) return false;
    return window.end > this.time.watermarkFor(window) - this.retainMs || window.isEdge;
  }

  #forget(isOld: (window: Window<A>) => boolean): void {
    const kept: Window<A>[] = [];
    for (const window of this.#windows)
      if (!isOld(window)) kept.push(window);
      else if (window.isStored) this.deleted.push(nameOf(this.key, window));
    this.#windows = kept;
    this.#limit = 2 * kept.length + MANY;
  }
}
