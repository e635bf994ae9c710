import type { Option, Options, Settings } from '../core/option.ts';
import type { Restored, StateChange } from '../core/stream/keyed-state.ts';
import type { Headers } from '../core/stream/record.ts';
import type { Millis } from '../core/util/time.ts';

/** A parsed record of an input. */
export interface Input {
  /** The input's declared name, whatever topic it is read from. */
  readonly topic: string;
  /** The topic that it was read from. */
  readonly from: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  /** The parsed JSON; null for a tombstone. */
  readonly value: unknown;
  /** The value's JSON text as it was read: every digit of a number past 2^53 is in it. Undefined for no JSON. */
  readonly text?: string | undefined;
  readonly headers: Headers;
}

export interface Output {
  readonly key: string;
  /**
   * The text whose hash picks the partition. Null: every partition, of each topic that this task's records went to, as
   * for a tombstone of a post whose coin is not known any more.
   */
  readonly partitionKey: string | null;
  /** Null is a tombstone. */
  readonly value: object | null;
  /** Fields that the topic's name may be made of, where the value has been narrowed. */
  readonly routingFields?: object;
}

/** What a processor needs and cannot have by itself, for it imports no package. */
export interface Dependencies {
  /** ISO 639-1 code of a text's language; undefined where that is not certain. Deterministic. */
  readonly detectLanguage?: (text: string) => string | undefined;
}

/** What became of each record, one by one: `{id, source, dest}`. */
export interface Decisions {
  /** The topic for them. */
  readonly topic: string;
  /** Id of what a record is about; null when it has none that can be read, undefined when nothing is decided about it. */
  readonly idOf: (input: Input) => string | null | undefined;
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
  /** What has passed between two calls is the difference of these; see core/clock.ts. */
  readonly monotonic: Millis;
  readonly caughtUp: boolean;
}

/**
 * The running logic of one task: pure and deterministic. Time reaches it only through `advance` and `finish`; logic
 * without windows omits them.
 */
export interface Logic {
  /** Throws Unreadable, before any answer, for a record it cannot use. */
  accept(input: Input, out: Emitter): void;
  /** Called between reads and before each commit: moves the watermark of silent keys to the clock, less their lag. */
  advance?(now: Now, out: Emitter): void;
  /** End of a one-shot run. `clock`: every watermark moves to clock - lateness - lag; `all`: everything closes. */
  finish?(mode: 'clock' | 'all', time: Millis, out: Emitter): void;
  /** State keys changed since the last call. */
  changes(): Iterable<StateChange>;
  /** The smallest watermark of its open keys, for the status line; undefined when none. */
  watermark?(): Millis | undefined;
}

export interface InputSpec {
  readonly topic: string;
  /** Event time of a parsed value, NaN when it has none. All topics that a task reads are merged by it. */
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
  /** `restored` is what `changes` gave before. */
  // Methods, not properties: a registry of processors with different options is one type only then.
  build(settings: Settings<O>, restored: Restored, tools?: Dependencies): Logic;
  /** The tools that `build` uses under these settings; `topic` is the name of its output, perhaps with placeholders. */
  dependencies?(settings: Settings<NoInfer<O>>, topic: string): readonly (keyof Dependencies)[];
  /** Where the fate of each record is written; undefined: nowhere. */
  decisions?(settings: Settings<NoInfer<O>>): Decisions | undefined;
  /** The flag under which all records must pass one task, because they are compared with each other. */
  singlePartitionFlag?(settings: Settings<NoInfer<O>>): string | undefined;
}

/** Keeps the settings' types while declaring. */
export function defineProcessor<O extends Record<string, Option<unknown>>>(
  processor: Processor<O>,
): Processor<O> {
  return processor;
}
