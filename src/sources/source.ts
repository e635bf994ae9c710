import type { Readable } from 'node:stream';
import type { Option, Options, Settings } from '../core/option.ts';
import type { NewRecord } from '../core/record.ts';
import type { Millis } from '../core/time.ts';

/** What a source hands over at once; all of it becomes durable together, with the position. */
export interface Chunk {
  /** Records in order, those for topic `rejects` among them. */
  readonly records: readonly NewRecord[];
  /** Notices and drops by reason (`delete`, `limit`, `keep-alive` ...); rejects are counted by their topic. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Where reading goes on after this chunk, in the source's own words; kept with the topic. */
  readonly position?: { readonly name: string; readonly value: string };
}

/** What a source gets from its surroundings: nothing else reaches it. */
export interface SourceContext {
  /** Aborted when the stage is asked to stop. */
  readonly signal: AbortSignal;
  readonly now: () => Millis;
  /** Standard input, for a source that was told to read it. */
  readonly stdin: () => Readable;
  /** Resolves after `span`, or at once when the signal aborts. */
  readonly sleep: (span: Millis) => Promise<void>;
  /** The position stored under this name, if any. */
  readonly position: (name: string) => Promise<string | undefined>;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** A source as it declares itself; the registry is index.ts. */
export interface Source<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  readonly kinds: readonly ('tweets' | 'prices')[];
  /** How far behind the clock its times may be; undefined: unknown, the clock never moves its watermarks. */
  readonly lagMs: Millis | undefined;
  readonly options: O;
  readonly examples: readonly string[];
  /** Problems that one option's parser cannot see; all of them, as sentences with the remedy. */
  check?(settings: Settings<O>, kinds: readonly string[]): readonly string[];
  // Methods, not properties: a registry of sources with different options is one type only then.
  read(
    settings: Settings<O> & {
      readonly kinds: readonly ('tweets' | 'prices')[];
      readonly topic: string | undefined;
    },
    context: SourceContext,
  ): AsyncIterable<Chunk>;
}

/** Keeps the settings' types while declaring. */
export function defineSource<O extends Record<string, Option<unknown>>>(source: Source<O>): Source<O> {
  return source;
}
