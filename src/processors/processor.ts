import type { Option, Options, Settings } from '../core/option.ts';
import type { Headers } from '../core/record.ts';
import type { StateChange } from '../core/state.ts';
import type { Millis } from '../core/time.ts';

/** A parsed record of an input. `topic` is the input's declared name, whatever topic it is read from. */
export interface Input {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  /** The parsed JSON; null for a tombstone. */
  readonly value: unknown;
  readonly headers: Headers;
}

export interface Output {
  readonly key: string;
  /** The text whose hash picks the partition. */
  readonly by: string;
  /** Null is a tombstone. */
  readonly value: object | null;
}

/** Where a processor's answers go. All of them are committed with the input's offset, or none. */
export interface Emitter {
  emit(output: Output): void;
  /** The record being accepted came after its window had closed: to topic `late`. */
  late(why: string, byMs: Millis): void;
  /** The record being accepted is left out on purpose; counted by reason, not stored. */
  drop(reason: string): void;
}

/** Time, handed in. `caughtUp`: every input has been read to its end. */
export interface Now {
  readonly time: Millis;
  readonly caughtUp: boolean;
}

/** The running logic of one task: pure, deterministic, time reaches it only through `advance` and `finish`. */
export interface Logic {
  /** Throws Unreadable, before any answer, for a record it cannot use. */
  accept(input: Input, out: Emitter): void;
  /** Called between reads and before each commit: moves silent keys on (DESIGN section 3, event time). */
  advance(now: Now, out: Emitter): void;
  /** End of a one-shot run. `clock`: every watermark moves to clock - lateness - lag; `all`: everything closes. */
  finish(mode: 'clock' | 'all', time: Millis, out: Emitter): void;
  /** State keys changed since the last call. */
  changes(): Iterable<StateChange>;
  /** The smallest watermark of its open keys, for the status line; undefined when none. */
  watermark(): Millis | undefined;
}

export interface InputSpec {
  readonly topic: string;
  /** Event time of a parsed value, NaN when it has none. Inputs of one task are merged by it. */
  readonly time: (value: unknown) => Millis;
}

/** A processor as it declares itself; the registry is index.ts. */
export interface Processor<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  readonly inputs: readonly InputSpec[];
  readonly output: { readonly topic: string; readonly schema: string };
  readonly options: O;
  readonly examples: readonly string[];
  /** `restored` is the state that the last commit left: the keys and texts given by `changes`. */
  // A method, not a property: a registry of processors with different options is one type only then.
  build(settings: Settings<O>, restored: Iterable<readonly [string, string]>): Logic;
}

/** Keeps the settings' types while declaring. */
export function defineProcessor<O extends Record<string, Option<unknown>>>(
  processor: Processor<O>,
): Processor<O> {
  return processor;
}
