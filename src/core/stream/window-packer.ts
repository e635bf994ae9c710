import type { Millis } from '../util/time.ts';

/** An open window, or one that is due. */
export interface Window<A> {
  readonly size: Millis;
  /** Epoch-aligned; the window is [start, start + size). */
  readonly start: Millis;
  readonly state: A;
}

export interface OpenWindow<A> extends Window<A> {
  /** Changed since the last commit. */
  dirty: boolean;
  /** It may be in the stored state, so closing it must remove it there. */
  stored: boolean;
}

/** The state of an aggregation: numbers by name. */
export type Numbers<A> = Record<keyof A, number>;

const NO_WINDOWS: readonly number[] = [];

/**
 * Turns the windows of a key into one list of numbers and back. The list takes 8 bytes per number; as objects, the
 * windows of a key take three times as much.
 */
export class WindowPacker<A extends Numbers<A>> {
  readonly #fields: readonly (keyof A)[];
  /** Reused: a list that has grown by `push` has spare room, its copy has none. */
  readonly #scratch: number[] = [];

  /** `start` makes a state with all of its fields. */
  constructor(readonly start: () => A) {
    this.#fields = Object.keys(start()) as (keyof A)[];
  }

  pack(windows: readonly Window<A>[]): readonly number[] {
    if (windows.length === 0) return NO_WINDOWS;
    const packed = this.#scratch;
    packed.length = 0;
    for (const { size, start, state } of windows) {
      packed.push(size, start);
      for (const field of this.#fields) packed.push(state[field]);
    }
    return packed.slice();
  }

  unpack(packed: readonly number[]): OpenWindow<A>[] {
    const windows: OpenWindow<A>[] = [];
    for (let at = 0; at < packed.length; ) {
      const size = packed[at++]!;
      const start = packed[at++]!;
      const state = this.start();
      for (const field of this.#fields) state[field] = packed[at++] as A[keyof A];
      windows.push({ size, start, state, dirty: false, stored: true });
    }
    return windows;
  }
}
