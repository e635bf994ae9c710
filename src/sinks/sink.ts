import type { Option, Options, Settings } from '../core/option.ts';
import type { Batch } from '../core/stream/record.ts';
import type { Clock } from '../core/util/clock.ts';
import type { Millis } from '../core/util/time.ts';
import type { Dataset } from '../market/catalog/datasets.ts';

/** An open sink for one topic in one process. Calls never overlap. */
export interface OpenSink {
  /** Where to read on: the destination's own truth, or undefined to use the group's committed offset. */
  start(partition: number): Promise<number | undefined>;
  /** Takes records over; may flush on its own when memory, rows or bytes ask for it. */
  write(batch: Batch): Promise<void>;
  /** True when rows have waited long enough, or there are enough of them, to be flushed. `at` is monotonic time. */
  due(at: Millis): boolean;
  /** Makes everything written so far durable; `now`, the wall clock, dates it. Throws Problem `fenced` when another process holds the position. */
  flush(now: Millis): Promise<void>;
  /** This process no longer has the partition (it was flushed before, unless it was lost). */
  stop(partition: number): Promise<void>;
  close(): Promise<void>;
  /** For the summary: files, rows, rejected ... */
  counts(): Readonly<Record<string, number>>;
}

export interface SinkContext {
  readonly topic: string;
  readonly dataset: Dataset;
  /** Names the position: `<group>/<topic>/<partition>@<identity>` is the `txn` id of a Delta table. */
  readonly group: string;
  /** The topic's, as log/log.ts says; undefined where the bus gives none. */
  readonly identity: string | undefined;
  readonly clock: Clock;
  /** How long a destination that does not answer is waited for; infinite for stages that go on. */
  readonly patienceMs: Millis;
  /**
   * A secret by its usual name: the environment variable, or the content of the file that NAME_FILE names. Throws
   * Problem `usage` for a file that cannot be read.
   */
  readonly secret: (name: string) => string | undefined;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  /** A record that the destination cannot take: to topic `rejects`, with the reason. */
  readonly reject: (batch: Batch, index: number, reason: string) => Promise<void>;
}

/** What the process offers beyond one topic. Most sinks ignore it. */
export interface SinkHost {
  /** Standard output, for sinks that print. */
  readonly output: {
    /** Writes lines without the trailing newline; resolves when the stream accepts more. */
    readonly print: (lines: string, raw?: boolean) => Promise<void>;
    /** Terminal columns; undefined when the output is not a terminal. */
    readonly width: number | undefined;
  };
  /** Open sinks in this process; a sink that buffers divides its memory limit by this. */
  readonly openSinks: number;
  /** Test seam: called at the numbered steps of a flush, where tests kill the process. */
  readonly onFlushStep?: ((step: number) => void) | undefined;
}

/** Posts to be removed for good. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Ids of authors, and their handles in lower case without @. */
  readonly authors: ReadonlySet<string>;
}

export type PurgeContext = Pick<
  SinkContext,
  'dataset' | 'clock' | 'patienceMs' | 'info' | 'warn' | 'secret'
> & {
  /** Those that the posts were in; each is of the dataset. */
  readonly topics: readonly string[];
  /** Only counts what would go. */
  readonly dryRun: boolean;
};

/** A sink as it declares itself; the registry is index.ts. */
export interface Sink<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  readonly examples: readonly string[];
  /** Topics it reads when none are named. */
  readonly topics: readonly string[];
  /** What no single option's parser can see, a sentence each. */
  check?(settings: Settings<NoInfer<O>>): readonly string[];
  /** What of the settings does not fit a topic, a sentence each. Asked before `open` and `purge`, which rely on it. */
  checkTopic?(settings: Settings<NoInfer<O>>, dataset: Dataset, topic: string): readonly string[];
  // A method, not a property: a registry of sinks with different options is one type only then.
  open(settings: Settings<O>, context: SinkContext, host: SinkHost): Promise<OpenSink>;
  /** Those of the options that `purge` has a use for; the others are at their defaults there. */
  readonly purgeOptions?: Options;
  /** Topics of one dataset may lie apart, so that `purge` has to know them. */
  readonly keepsTopicsApart?: boolean;
  /** Removes posts from the destination; gives what was removed: rows, files. Throws Problem `usage` where there is none. */
  purge?(
    settings: Settings<O>,
    selection: Selection,
    context: PurgeContext,
  ): Promise<Readonly<Record<string, number>>>;
}

/** Keeps the settings' types while declaring. */
export function defineSink<O extends Record<string, Option<unknown>>>(sink: Sink<O>): Sink<O> {
  return sink;
}
