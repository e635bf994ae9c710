import type { Option, Options, Settings } from '../core/option.ts';
import type { Restored, StateChange } from '../core/stream/keyed-state.ts';
import type { Headers } from '../core/stream/record.ts';
import type { Millis } from '../core/util/time.ts';

/** A parsed record of an input. */
export interface Input {
  /** The input's declared name, whatever topic it is read from. */
  readonly topic: string;
  /** The topic it was read from. */
  readonly from: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  /** The parsed JSON; null for a tombstone. */
  readonly value: unknown;
  /** The value's JSON text as read, with all digits of numbers past 2^53. Undefined if it is not JSON. */
  readonly text?: string | undefined;
  readonly headers: Headers;
}

export interface Output {
  readonly key: string;
  /**
   * Its hash picks the partition. Null: every partition of each topic that this task has written to, for the tombstone of
   * a post whose coin is no longer known.
   */
  readonly partitionKey: string | null;
  /** Null is a tombstone. */
  readonly value: object | null;
  /** Fields for the topic's name if the value lacks them. */
  readonly routingFields?: object;
}

/** Injected dependencies: processors import no packages. */
export interface Dependencies {
  /** ISO 639-1 code of a text's language; undefined if uncertain. Deterministic. */
  readonly detectLanguage?: (text: string) => string | undefined;
}

/** Writes what happened to each record: `{id, source, dest}`. */
export interface Decisions {
  /** The topic to write to. */
  readonly topic: string;
  /** Id of a record's post; null if it is invalid, undefined to write no decision. */
  readonly idOf: (input: Input) => string | null | undefined;
}

/** Windows that records came too late for. */
export interface MissedWindows {
  readonly from: Millis;
  readonly to: Millis;
  /** Their lengths: `10m`. */
  readonly windows: readonly string[];
  /** Further flags of their replay. */
  readonly flags: readonly string[];
}

/** Takes a processor's outputs, which are committed atomically with the input's offset. */
export interface Emitter {
  emit(output: Output): void;
  /** Sends the current record to topic `late`: its window had closed. `missed`: what a replay would compute again. */
  late(why: string, byMs: Millis, missed?: MissedWindows): void;
  /** Drops the current record on purpose; counted by reason, not stored. */
  drop(reason: string): void;
  /** Warns the user, once in a run for each text. */
  warn?(text: string): void;
}

/** The current time. `caughtUp`: every input has been read to its end. */
export interface Now {
  readonly time: Millis;
  /** For the time elapsed between calls; see core/util/clock.ts. */
  readonly monotonic: Millis;
  readonly caughtUp: boolean;
}

/**
 * The running logic of one task: pure and deterministic. Time reaches it only through `advance` and `finish`; logic
 * without windows omits them.
 */
export interface Logic {
  /** Throws InvalidRecord, before any output, for a record it cannot use. */
  accept(input: Input, out: Emitter): void;
  /** Called between reads and before each commit: moves the watermark of silent keys to the clock, less their lag. */
  advance?(now: Now, out: Emitter): void;
  /**
   * End of a one-shot run. `clock`: every watermark moves to clock - lateness - lag; `all`: everything closes. May stop
   * early to bound the commit; `isUnfinished` is then true.
   */
  finish?(mode: 'clock' | 'all', time: Millis, out: Emitter): void;
  /** State keys changed since the last call. May leave some that no output depends on to the next call. */
  changes(): Iterable<StateChange>;
  /** So much state has changed that a commit is due, whatever the commit interval. */
  readonly isFull?: boolean;
  /** After a commit: `finish`, if it was called, or `changes` has more to do. A task calls them again before it ends. */
  readonly isUnfinished?: boolean;
  /** The smallest watermark of its open keys, for the status line; undefined when none. */
  watermark?(): Millis | undefined;
}

export interface InputSpec {
  readonly topic: string;
  /** Event time of a parsed value, NaN if it has none. Inputs are merged by it. */
  readonly time: (value: unknown) => Millis;
}

/** The declaration of a processor; index.ts lists them. */
export interface Processor<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  readonly inputs: readonly InputSpec[];
  readonly output: { readonly topic: string; readonly schema: string };
  readonly options: O;
  readonly examples: readonly string[];
  /** `restored`: the state that `changes` has returned so far. */
  // Methods, not properties: only then do processors with different options have one type in the registry.
  build(settings: Settings<O>, restored: Restored, tools?: Dependencies): Logic;
  /** What is wrong with these settings together; each text says what to do. */
  conflicts?(settings: Settings<NoInfer<O>>): readonly string[];
  /**
   * Logic that computes the windows within [from, to) again, from all records of its inputs, and emits them at `finish`.
   * Absent: the processor cannot be replayed.
   */
  replay?(settings: Settings<NoInfer<O>>, from: Millis, to: Millis): Logic;
  /** The dependencies that `build` uses under these settings. `topic`: the output's name, maybe with placeholders. */
  dependencies?(settings: Settings<NoInfer<O>>, topic: string): readonly (keyof Dependencies)[];
  /** Where to write what happened to each record; undefined: nowhere. */
  decisions?(settings: Settings<NoInfer<O>>): Decisions | undefined;
  /** The flag that requires all records in one task, because it compares them with each other. */
  singlePartitionFlag?(settings: Settings<NoInfer<O>>): string | undefined;
}

/** Infers the types of the settings. */
export function defineProcessor<O extends Record<string, Option<unknown>>>(
  processor: Processor<O>,
): Processor<O> {
  return processor;
}
