import type { Readable } from 'node:stream';
import type { Check } from '../core/check.ts';
import type { Option, Options, Settings } from '../core/option.ts';
import type { NewRecord } from '../core/stream/record.ts';
import type { Millis } from '../core/util/time.ts';
import type { FeedName } from '../market/catalog/feeds.ts';
import type { Placeholder } from '../market/catalog/topic-template.ts';

/** What a source reads: posts or quotes. */
export type Kind = 'tweets' | 'prices';
export const KINDS: readonly Kind[] = ['tweets', 'prices'];

/** What a source hands over at once; all of it becomes durable together, with the position. */
export interface Chunk {
  /** Records in order, those for topic `rejects` among them. */
  readonly records: readonly NewRecord[];
  /** Notices and drops by reason (`delete`, `limit`, `keep-alive` ...); rejects are counted by their topic. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Where reading goes on after this chunk, in the source's own words; kept with the topic. */
  readonly position?: { readonly name: string; readonly value: string };
}

/** For `yield*`: goes on when the chunk is durable, since a stage has written one when it takes the next. */
export function* durably(chunk: Chunk): Generator<Chunk> {
  yield chunk;
  const { position } = chunk;
  yield position === undefined ? { records: [] } : { records: [], position };
}

/** What a source gets from its surroundings: nothing else reaches it. */
export interface SourceContext {
  /** Aborted when the stage is asked to stop. */
  readonly signal: AbortSignal;
  /** The wall clock, which dates things, and the one that intervals are measured with; see core/clock.ts. */
  readonly now: () => Millis;
  /** How far ahead of the clock the time of a post or price may be; undefined: as far as it likes. */
  readonly maxAheadMs?: Millis;
  readonly monotonic: () => Millis;
  /** Standard input, for a source that was told to read it. */
  readonly stdin: () => Readable;
  /** Resolves after `span`, or at once when the stage is asked to stop or `until` aborts. */
  readonly sleep: (span: Millis, until?: AbortSignal) => Promise<void>;
  /** The position stored under this name, if any. */
  readonly position: (name: string) => Promise<string | undefined>;
  /** Read what there is now and end: pollers ask once. */
  readonly once: boolean;
  /**
   * A secret by its usual name: an environment variable, the file that NAME_FILE names, `--env-from` or `--keys-file`.
   * Throws Problem for a file that cannot be read.
   */
  readonly secret: (name: string) => string | undefined;
  /** The proxy that the environment wants for an https URL, as http(s)://HOST. May hold a password: never shown. */
  readonly proxy: (url: string) => string | undefined;
  /** Chance, 0 up to 1, for the jitter of waits. */
  readonly random: () => number;
  /** What the status line says of this source beside its rates; undefined: nothing. */
  readonly status: (note: string | undefined) => void;
  /** A line of data on standard output, for what a dry run found out. */
  readonly print: (line: string) => void;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** The latest time of a post or price that is believed now. */
export const latestTime = ({ now, maxAheadMs }: Pick<SourceContext, 'now' | 'maxAheadMs'>): Millis =>
  now() + (maxAheadMs ?? Number.POSITIVE_INFINITY);

/** What waiting needs of a source's surroundings. */
export type Waits = Pick<SourceContext, 'now' | 'sleep' | 'signal'>;

/** What a source of a live service says of itself: it starts by itself when no source is named. */
export interface Live<O extends Options = Options> {
  /** Names of secrets that belong together; one complete set of these is needed. Empty: a public service. */
  readonly secrets: readonly (readonly string[])[];
  /** A stream, which `--once` cannot read to its end. */
  readonly endless: boolean;
  /** Looks whether it can be read with these settings: key, clock, reach, rules, credits. For `doctor sources`. */
  examine(settings: Settings<O>, context: SourceContext): AsyncIterable<Check>;
}

/** A source as it declares itself; the registry is index.ts. */
export interface Source<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  /** The topics that it writes by kind, each with a row in the catalogue of feeds. */
  readonly feeds: Readonly<Partial<Record<Kind, readonly FeedName[]>>>;
  /** Undefined for what is no service: a file. */
  readonly live?: Live<O>;
  readonly options: O;
  readonly examples: readonly string[];
  /** Placeholders of a topic's name that its records fill; without it none. */
  fills?(settings: Settings<O>, kinds: readonly Kind[]): readonly Placeholder[];
  /** Problems that one option's parser cannot see; all of them, as sentences with the remedy. */
  check?(settings: Settings<O>, kinds: readonly Kind[]): readonly string[];
  /** Problems that only the files tell which the settings name; as those of `check`. Throws Problem for a fault of the machine. */
  inspect?(settings: Settings<O>, kinds: readonly Kind[]): Promise<readonly string[]>;
  // Methods, not properties: a registry of sources with different options is one type only then.
  read(
    settings: Settings<O> & {
      readonly kinds: readonly Kind[];
      readonly topic: string | undefined;
    },
    context: SourceContext,
  ): AsyncIterable<Chunk>;
}

/** What a source reads. */
export const kindsOf = ({ feeds }: Pick<Source, 'feeds'>): readonly Kind[] =>
  KINDS.filter((kind) => feeds[kind] !== undefined);

/** Keeps the settings' types while declaring. */
export function defineSource<O extends Record<string, Option<unknown>>>(source: Source<O>): Source<O> {
  return source;
}
