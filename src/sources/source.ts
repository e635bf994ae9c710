import type { Readable } from 'node:stream';
import type { Check } from '../core/check.ts';
import type { Option, Options, Settings } from '../core/option.ts';
import type { NewRecord } from '../core/stream/record.ts';
import type { Millis } from '../core/util/time.ts';
import type { FeedName } from '../market/catalog/feeds.ts';
import type { Placeholder } from '../market/catalog/topic-template.ts';

/** The kind of data that a source reads: posts or quotes. */
export type Kind = 'tweets' | 'prices';
export const KINDS: readonly Kind[] = ['tweets', 'prices'];

/** A batch from a source; its records and position become durable together. */
export interface Chunk {
  /** Records in order, including those for topic `rejects`. */
  readonly records: readonly NewRecord[];
  /** Notices and drops by reason (`delete`, `limit`, `keep-alive` ...); rejects are counted by their topic. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Its rejects by reason, without the values that differ from row to row. */
  readonly rejected?: Readonly<Record<string, number>>;
  /** Where reading resumes after this chunk, in the source's own format; stored with the topic. */
  readonly position?: { readonly name: string; readonly value: string };
}

/** For `yield*`: continues once the chunk is durable, because a stage writes one chunk before it takes the next. */
export function* durably(chunk: Chunk): Generator<Chunk> {
  yield chunk;
  const { position } = chunk;
  yield position === undefined ? { records: [] } : { records: [], position };
}

/** What sources count for the metrics of a run. */
export type Metered = 'retries' | 'connections' | 'credits' | 'posts billed';

/** Everything a source may use from outside: clocks, secrets, storage, output. */
export interface SourceContext {
  /** Aborted when the stage is asked to stop. */
  readonly signal: AbortSignal;
  /** The wall clock, for timestamps; measure intervals with `monotonic`. */
  readonly now: () => Millis;
  /** How far ahead of the clock a post or price may be; undefined: no limit. */
  readonly maxAheadMs?: Millis;
  readonly monotonic: () => Millis;
  /** Standard input, for `--file -`. */
  readonly stdin: () => Readable;
  /** Resolves after `span`, or at once when the stage is asked to stop or `until` aborts. */
  readonly sleep: (span: Millis, until?: AbortSignal) => Promise<void>;
  /** The position stored under this name, if any. */
  readonly position: (name: string) => Promise<string | undefined>;
  /** Read what is available now, then end: pollers poll once. */
  readonly once: boolean;
  /**
   * A secret by name: from an environment variable, the file that NAME_FILE names, `--env-from` or `--keys-file`.
   * Throws UserError for a file that cannot be read.
   */
  readonly secret: (name: string) => string | undefined;
  /** The proxy configured for an https URL, as http(s)://HOST. May contain a password: never show it. */
  readonly proxy: (url: string) => string | undefined;
  /** A random number in [0, 1), for jitter. */
  readonly random: () => number;
  /** Sets this source's note on the status line; undefined clears it. */
  readonly status: (note: string | undefined) => void;
  /** Says what the service still allows, such as `9,120 credits left`; undefined: nothing is known. */
  readonly quota?: (left: string | undefined) => void;
  /** Says whether the past is still being read: a run that ends meanwhile leaves windows open. */
  readonly behind?: (isBehind: boolean) => void;
  /** Counts what happened, for the metrics; `by`: 1 by default. */
  readonly meter?: (what: Metered, by?: number) => void;
  /** Writes a line to standard output, for dry runs. */
  readonly print: (line: string) => void;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** The latest acceptable time of a post or price. */
export const latestTime = ({ now, maxAheadMs }: Pick<SourceContext, 'now' | 'maxAheadMs'>): Millis =>
  now() + (maxAheadMs ?? Number.POSITIVE_INFINITY);

/** The part of the context that waiting needs. */
export type Waits = Pick<SourceContext, 'now' | 'sleep' | 'signal'>;

/** Declares a live service. */
export interface Live<O extends Options = Options> {
  /** What it is for, if it is read only when it is named or one of its own flags is given; absent: it is read by default. */
  readonly onlyFor?: string;
  /** Alternative sets of secret names; one complete set is required. Empty: a public service. */
  readonly secrets: readonly (readonly string[])[];
  /** A stream without an end, so `--once` does not apply. */
  readonly endless: boolean;
  /** Checks the key, clock, connectivity, rules and credits with these settings. For `doctor sources`. */
  check(settings: Settings<O>, context: SourceContext): AsyncIterable<Check>;
}

/** A source's declaration; the registry is index.ts. */
export interface Source<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  /** The topics it writes, by kind; each has a row in the catalogue of feeds. */
  readonly feeds: Readonly<Partial<Record<Kind, readonly FeedName[]>>>;
  /** Undefined for sources that are not services, such as files. */
  readonly live?: Live<O>;
  readonly options: O;
  readonly examples: readonly string[];
  /** Topic name placeholders that its records fill; default: none. */
  fills?(settings: Settings<O>, kinds: readonly Kind[]): readonly Placeholder[];
  /** Reports every conflict between options, each with a hint. */
  check?(settings: Settings<O>, kinds: readonly Kind[]): readonly string[];
  /**
   * Reports problems in the files that the settings name, as `check` does. `latest`: the latest acceptable time of a post or
   * price. Throws UserError for I/O errors.
   */
  inspect?(settings: Settings<O>, kinds: readonly Kind[], latest: Millis): Promise<readonly string[]>;
  // Methods, not properties: only then can one registry type hold sources with different options.
  read(
    settings: Settings<O> & {
      readonly kinds: readonly Kind[];
      readonly topic: string | undefined;
    },
    context: SourceContext,
  ): AsyncIterable<Chunk>;
}

/** The kinds that a source reads. */
export const kindsOf = ({ feeds }: Pick<Source, 'feeds'>): readonly Kind[] =>
  KINDS.filter((kind) => feeds[kind] !== undefined);

/** Preserves the types of the settings. */
export function defineSource<O extends Record<string, Option<unknown>>>(source: Source<O>): Source<O> {
  return source;
}
