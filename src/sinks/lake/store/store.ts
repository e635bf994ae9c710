import type { Millis } from '../../../core/util/time.ts';

export interface StoredFile {
  /** Its name in the folder that was listed; from `walk`, its path. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly modified: Millis;
  /** Another one when the file was replaced: it tells apart two files that had the same name, one after the other. */
  readonly tag: string;
}

/** A file or upload that was begun and is not whole; no reader sees it. */
export interface UnfinishedFile {
  readonly name: string;
  /** Its writer is gone: nobody will finish it. Otherwise that is not known. */
  readonly isAbandoned: boolean;
  /** Throws Problem. */
  readonly remove: () => Promise<void>;
}

/** Bytes of a file that is to be put. */
export const sizeOf = (chunks: readonly Uint8Array[]): number =>
  chunks.reduce((sum, { length }) => sum + length, 0);

/**
 * Where a table lives, as the lake sees it: a folder, or a place in a bucket. Paths are relative to it, with `/`. Every
 * call waits for a service that is away as long as there is patience, and throws Problem.
 */
export interface Store {
  /** For messages. */
  readonly url: string;
  /** Most bytes that a path may have. */
  readonly maxPathBytes: number;
  /** Files right in a folder, by name; [] when there is none. `after`: only names that come after this one. */
  list(folder: string, after?: string): Promise<readonly StoredFile[]>;
  /** Every file at any depth, in any order; no unfinished ones. */
  walk(): AsyncIterable<StoredFile>;
  /** Unfinished files right in the store, where this version puts them; `recursive`: also those of older versions. */
  unfinished(now: Millis, recursive: boolean): Promise<readonly UnfinishedFile[]>;
  /** Undefined when there is none. */
  get(path: string): Promise<Buffer | undefined>;
  /** Bytes of a file; undefined when there is none. */
  size(path: string): Promise<number | undefined>;
  /** Durable, whole and visible when it resolves; replaces what was there. */
  put(path: string, chunks: readonly Uint8Array[]): Promise<void>;
  /**
   * The same, but of several writers at once one wins; false when something was there. After a try whose answer was
   * lost, false may mean that this very call has put it.
   */
  putIfAbsent(path: string, chunks: readonly Uint8Array[]): Promise<boolean>;
  /** No error when there is none. */
  remove(path: string): Promise<void>;
}
