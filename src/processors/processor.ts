import type { Option, Options, Settings } from '../core/option.ts';
import type { Restored, StateChange } from '../core/stream/keyed-state.ts';
import type { Headers, TextBytes } from '../core/stream/record.ts';
import type { Json } from '../core/util/json.ts';
import type { Millis } from '../core/util/time.ts';
import type { SentimentModel } from '../market/text/sentiment.ts';

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
  /** The input that `value` adds fields to: its text is reused, not serialised again. */
  readonly base?: { readonly value: object; readonly text: string } | undefined;
  /** Besides the schema. */
  readonly headers?: Headers;
  /** Fields for the topic's name if the value lacks them. */
  readonly routingFields?: object;
}

/** Injected dependencies: processors import no packages. */
export interface Dependencies {
  /** ISO 639-1 code of a text's language; undefined if uncertain. Deterministic. */
  readonly detectLanguage?: (text: string) => string | undefined;
  /** The texts of the files that the settings name, by flag. */
  readonly files?: ReadonlyMap<string, string>;
  /** The scores that a program of the user's gave the texts that `textToScore` asked for. */
  readonly sentiment?: SentimentModel;
}

/** A file that a processor's settings name. */
export interface ProcessorFile {
  readonly flag: string;
  readonly path: string;
  /** Throws RangeError, which says what is wrong with the text under these settings. */
  check(text: string): unknown;
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
  /** Counts a row that is emitted again because of a late record. */
  amended?(): void;
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
  /** True for a record that would wait for records of other inputs; the run reads those first, while there are any. */
  comesAfterOthers?(input: Input): boolean;
  /** The text whose score `accept` may need of `Dependencies.sentiment`; undefined for none. Never throws, changes nothing. */
  textToScore?(input: Input): string | undefined;
  /** Called between reads and before each commit: moves the watermark of silent keys to the clock, less their lag. */
  advance?(now: Now, out: Emitter): void;
  /**
   * Called in a one-shot run with the inputs that still have records; the others have been read to their ends. `finish` follows
   * in the same mode, so what it would decide may be decided now.
   */
  inputsLeft?(topics: ReadonlySet<string>, mode: 'clock' | 'all', time: Millis, out: Emitter): void;
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
  /**
   * Parses JSON in UTF-8 of a layout that it knows, faster than JSON.parse; undefined for any other. Only the fields that the
   * logic reads must equal those of JSON.parse. Used where the log has bytes.
   */
  readonly parseBytes?: (text: TextBytes, from: number, end: number) => unknown;
  /** Without its other inputs the processor has nothing to do: this one alone starts it in no run. */
  readonly isSide?: boolean;
}

/** How a processor computes a span of time again, and how its rows compare with those that are there. */
export interface ReplayRules<O extends Options> {
  /** Logic that computes what is about [from, to) from all records of its inputs, and has emitted it after `finish`. */
  build(settings: Settings<NoInfer<O>>, from: Millis, to: Millis): Logic;
  /** The field with the time that a row is about. */
  readonly timeField: string;
  /** Identifies a row among its revisions. */
  idOf(key: string, value: Json): string;
  /** A row that is not there is written if its series has gone on beyond it; undefined: it never is. */
  seriesOf?(key: string, value: Json): string;
  /** Whether the processor itself will write a row again. */
  isOpen?(value: Json): boolean;
  /** Whether a row was made of less than the one that is there. */
  isLess(value: Json, old: Json): boolean;
  /** Fields that a revision takes from the row that is there. */
  readonly kept: readonly string[];
  /** Fields that it takes from there if records are no longer in the topics. */
  readonly keptIfExpired?: readonly string[];
  /** Fields with a time, of which a revision has the later one. */
  readonly latest?: readonly string[];
}

/** The declaration of a processor; index.ts lists them. */
export interface Processor<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  readonly inputs: readonly InputSpec[];
  readonly output: { readonly topic: string; readonly schema: string };
  readonly options: O;
  /** In a one-shot run, reads nothing before the stages that write its inputs are done, so that it merges all of them by time. */
  readonly inTurn?: boolean;
  /** Its tasks read a backlog side by side in event time, as each of them writes to every partition. */
  readonly inStep?: boolean;
  readonly examples: readonly string[];
  /** `restored`: the state that `changes` has returned so far. */
  // Methods, not properties: only then do processors with different options have one type in the registry.
  build(settings: Settings<O>, restored: Restored, tools?: Dependencies): Logic;
  /** What is wrong with these settings together; each text says what to do. */
  conflicts?(settings: Settings<NoInfer<O>>): readonly string[];
  /** How it computes a span of time again; absent: it cannot be replayed. */
  readonly replay?: ReplayRules<O>;
  /** The files that its settings name; `build` gets their texts. */
  files?(settings: Settings<NoInfer<O>>): readonly ProcessorFile[];
  /** The shell command that scores texts; see `Dependencies.sentiment`. */
  sentimentCommand?(settings: Settings<NoInfer<O>>): string | undefined;
  /** Warnings for a user of these settings at start; each says what to do. */
  warnings?(settings: Settings<NoInfer<O>>): readonly string[];
  /** The dependencies that `build` uses under these settings. `topic`: the output's name, maybe with placeholders. */
  dependencies?(settings: Settings<NoInfer<O>>, topic: string): readonly 'detectLanguage'[];
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
