import type { Windows } from '../../util/window-length.ts';
import type { Window } from './window.ts';

/** The state of an aggregation: numbers by name. */
export type Numbers<A> = Record<keyof A, number>;

const NO_WINDOWS: readonly number[] = [];
const CLOSED = 1;
const PAST = 2;
const STORED = 4;
const EDGE = 8;

/**
 * Turns the windows of a key into one list of numbers and back. The list takes 8 bytes per number; as objects, the
 * windows of a key take three times as much.
 */
export class WindowPacker<A extends Numbers<A>> {
  readonly #fields: readonly (keyof A)[];
  /** Reused: a list that has grown by `push` has spare room, its copy has none. */
  readonly #scratch: number[] = [];

  constructor(
    readonly kinds: readonly Windows[],
    /** Makes a state with all of its fields. */
    readonly start: () => A,
  ) {
    this.#fields = Object.keys(start()) as (keyof A)[];
  }

  /** Undefined if a window has parts, which have no place in the list. None may be dirty. */
  pack(windows: readonly Window<A>[]): readonly number[] | undefined {
    if (windows.length === 0) return NO_WINDOWS;
    const packed = this.#scratch;
    packed.length = 0;
    for (const { kind, start, state, parts, revision, isClosed, isPast, isStored, isEdge } of windows) {
      if (parts !== undefined) return undefined;
      const flags =
        (isClosed ? CLOSED : 0) | (isPast ? PAST : 0) | (isStored ? STORED : 0) | (isEdge ? EDGE : 0);
      packed.push(this.kinds.indexOf(kind), start, revision, flags);
      for (const field of this.#fields) packed.push(state[field]);
    }
    return packed.slice();
  }

  unpack(packed: readonly number[]): Window<A>[] {
    const windows: Window<A>[] = [];
    for (let at = 0; at < packed.length; ) {
      const kind = this.kinds[packed[at++]!]!;
      const start = packed[at++]!;
      const revision = packed[at++]!;
      const flags = packed[at++]!;
      const state = this.start();
      for (const field of this.#fields) state[field] = packed[at++] as A[keyof A];
      windows.push({
        kind,
        start,
        end: kind.endOf(start),
        state,
        parts: undefined,
        revision,
        isClosed: (flags & CLOSED) !== 0,
        isPast: (flags & PAST) !== 0,
        isEdge: (flags & EDGE) !== 0,
        dirty: false,
        isStored: (flags & STORED) !== 0,
      });
    }
    return windows;
  }
}
