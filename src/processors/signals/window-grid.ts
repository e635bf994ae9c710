import type { TimeSpans } from '../../core/stream/windows/within-spans.ts';
import type { Millis } from '../../core/util/time.ts';
import { longestOf, type WindowLength, type Windows, windowsOf } from '../../core/util/window-length.ts';
import type { Fact } from './facts.ts';
import type { SignalSettings } from './signal-options.ts';

/** Where the windows of the settings begin and end. Sliding windows are made of steps, which do not overlap. */
export class WindowGrid {
  readonly #kinds: readonly Windows[];
  /** Length of the longest window. */
  readonly longest: Millis;
  readonly #slide: Millis | undefined;
  /** Lengths of the windows, or of the steps. */
  readonly lengths: readonly WindowLength[];

  constructor({ window, slide, zone = 'UTC' }: Pick<SignalSettings, 'window' | 'slide' | 'zone'>) {
    this.lengths = slide === undefined ? window : [slide];
    this.#kinds = this.lengths.map((length) => windowsOf(length, zone));
    this.longest = Math.max(...window.map(longestOf));
    this.#slide = slide;
  }

  /** Whether a record lies within a window. */
  fits({ start, end }: Fact): boolean {
    if (this.#slide !== undefined) return end - start <= this.longest;
    return this.#kinds.some((kind) => end <= kind.endOf(kind.startOf(start)));
  }

  /** The span whose windows or steps a record belongs to: a bar belongs to the step in which it ends. */
  placeOf({ start, end }: Fact): readonly [start: Millis, end: Millis] {
    return [this.#slide === undefined ? start : end - 1, end];
  }

  /** The last end of a window at or before `time`. */
  lastEnd(time: Millis): Millis {
    return Math.max(...this.#kinds.map((kind) => kind.startOf(time)));
  }

  /** The spans whose records rows still need: those of open and kept windows, and of the windows that end with these steps. */
  needed(spans: TimeSpans, watermark: Millis): TimeSpans {
    if (this.#slide === undefined) return spans;
    const before = this.longest;
    return [
      ...spans.map(([from, to]) => [from - before, to] as const),
      [watermark - before, Number.POSITIVE_INFINITY],
    ];
  }
}
