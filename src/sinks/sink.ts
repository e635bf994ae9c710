import type { Option, Options, Settings } from '../core/option.ts';
import type { Batch } from '../core/stream/record.ts';
import type { Clock } from '../core/util/clock.ts';
import type { Millis } from '../core/util/time.ts';
import type { Dataset } from '../market/catalog/datasets.ts';

/** An open sink for one topic. Calls never overlap. */
export interface OpenSink {
  /** The next offset according to the destination, or undefined to use the group's committed offset. */
  start(partition: number): Promise<number | undefined>;
  /** Buffers or writes records; may flush on its own when memory, rows or bytes require it. */
  write(batch: Batch): Promise<void>;
  /** True when a flush is due. `at` is monotonic time. */
  due(at: Millis): boolean;
  /** Makes everything written so far durable. `now` is wall-clock time. Throws UserError `fenced` when another process owns the position. */
  flush(now: Millis): Promise<void>;
  /** This process no longer owns the partition. It was flushed before, unless ownership was lost. */
  stop(partition: number): Promise<void>;
  close(): Promise<void>;
  /** For the summary: files, rows, rejected ... */
  counts(): Readonly<Record<string, number>>;
  /** The file that was made visible last, if the destination has files and any is new. */
  lastFile?(): VisibleFile | undefined;
}

/** A file at its destination. */
export interface VisibleFile {
  /** Relative to the table. */
  readonly path: string;
  /** Wall-clock time at which it was made visible. */
  readonly at: Millis;
}

export interface SinkContext {
  readonly topic: string;
  readonly dataset: Dataset;
  /** Names the position: `<group>/<topic>/<partition>@<identity>` is the `txn` id of a Delta table. */
  readonly group: string;
  /** The topic's identity (log/log.ts); undefined when the bus has none. */
  readonly identity: string | undefined;
  readonly clock: Clock;
  /** How long to wait for a destination that does not answer; infinite for long-running stages. */
  readonly maxWaitMs: Millis;
  /**
   * A secret by its usual name: the environment variable, or the content of the file named by NAME_FILE. Throws UserError
   * `usage` when the file cannot be read.
   */
  readonly secret: (name: string) => string | undefined;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  /** Writes a record that the destination refuses to topic `rejects`, with the reason. */
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

/** Posts to delete permanently. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Author ids, and handles in lower case without @. */
  readonly authors: ReadonlySet<string>;
}

export type PurgeContext = Pick<
  SinkContext,
  'dataset' | 'clock' | 'maxWaitMs' | 'info' | 'warn' | 'secret'
> & {
  /** Topics of the dataset that contained the posts. */
  readonly topics: readonly string[];
  /** Only counts; deletes nothing. */
  readonly dryRun: boolean;
};

/** A model of the sentiment. */
export interface TextScorer {
  /** Stored in each scored row. */
  readonly name: string;
  /** The scores of texts in their order, each -1 to 1. */
  scores(texts: readonly string[]): Promise<readonly number[]>;
}

export type RescoreContext = Pick<SinkContext, 'clock' | 'maxWaitMs' | 'info' | 'warn' | 'secret'> & {
  /** Only counts; writes nothing. */
  readonly dryRun: boolean;
};

export interface TableFile {
  /** Relative to the table, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Values of its folder columns. */
  readonly values: Readonly<Record<string, string | null>>;
}

/** A table of a lake at the version that was the newest when it was opened. */
export interface StoredTable {
  readonly name: string;
  /** Types by column, in Delta's words: string, long, double, boolean, timestamp, date, array<string>. */
  readonly columns: ReadonlyMap<string, string>;
  /** Its folder columns; the files lack them. */
  readonly partitionBy: readonly string[];
  /** Its Parquet files, sorted by path. */
  files(): Promise<readonly TableFile[]>;
  /** A file's path on this machine; undefined when the table is in a bucket. */
  localPath(path: string): string | undefined;
  /** Undefined when the file is missing. */
  get(path: string): Promise<Buffer | undefined>;
  /**
   * Its rows, with a value for each of `columns` as JSON has it: times in ISO 8601 UTC, whole numbers past 2^53 as text.
   * Throws UserError `damaged` for a file that cannot be read.
   */
  rows(): AsyncIterable<readonly (readonly unknown[])[]>;
}

/** A sink's declaration; the registry is index.ts. */
export interface Sink<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  readonly examples: readonly string[];
  /** Default topics. */
  readonly topics: readonly string[];
  /** Errors that no single option's parser can see, such as combinations. */
  check?(settings: Settings<NoInfer<O>>): readonly string[];
  /** Errors of the settings for a topic. Called before `open` and `purge`, which rely on it. */
  checkTopic?(settings: Settings<NoInfer<O>>, dataset: Dataset, topic: string): readonly string[];
  // A method, not a property: a registry of sinks with different options is one type only then.
  open(settings: Settings<O>, context: SinkContext, host: SinkHost): Promise<OpenSink>;
  /** The options that `tables` needs. */
  readonly tableOptions?: Options;
  /** The tables that exist, for `query` and `export`. */
  tables?(
    settings: Settings<NoInfer<O>>,
    context: Pick<SinkContext, 'clock' | 'maxWaitMs' | 'info' | 'warn' | 'secret'>,
  ): Promise<readonly StoredTable[]>;
  /**
   * Scores the posts of all tables again by their texts; returns counts of rows and files. Takes `tableOptions`. Throws
   * UserError `usage` when there is no table of posts.
   */
  rescore?(
    settings: Settings<NoInfer<O>>,
    model: TextScorer,
    context: RescoreContext,
  ): Promise<Readonly<Record<string, number>>>;
  /** The options that `purge` needs; the others have their defaults there. */
  readonly purgeOptions?: Options;
  /** Topics of one dataset may be stored separately, so that `purge` needs their names. */
  readonly keepsTopicsApart?: boolean;
  /** Deletes posts from the destination; returns counts such as rows and files. Throws UserError `usage` when it is missing. */
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
