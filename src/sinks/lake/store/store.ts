import type { Millis } from '../../../core/util/time.ts';

export interface StoredFile {
  /** Name within the listed folder; from `walk`, the path. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly modified: Millis;
  /** Changes when the file is replaced by another of the same name. */
  readonly tag: string;
}

/** An incomplete file or upload, invisible to readers. */
export interface UnfinishedFile {
  readonly name: string;
  /** True when its writer has exited; false when that is unknown. */
  readonly isAbandoned: boolean;
  /** Throws UserError. */
  readonly remove: () => Promise<void>;
}

/** Bytes of a file to put. */
export const sizeOf = (chunks: readonly Uint8Array[]): number =>
  chunks.reduce((sum, { length }) => sum + length, 0);

/**
 * The storage of a table: a folder, or a prefix in a bucket. Paths are relative to it and use `/`. Calls retry an
 * unavailable service for the maximum wait, then throw UserError.
 */
export interface TableStore {
  /** For messages. */
  readonly url: string;
  /** Longest path, in bytes. */
  readonly maxPathBytes: number;
  /** Files directly in a folder, sorted by name; [] when it is missing. `after`: only names that sort after this one. */
  list(folder: string, after?: string): Promise<readonly StoredFile[]>;
  /** All files at any depth, in any order, except unfinished ones. */
  walk(): AsyncIterable<StoredFile>;
  /** Unfinished files directly in the store, where this version writes them; `recursive`: also those of older versions. */
  unfinished(now: Millis, recursive: boolean): Promise<readonly UnfinishedFile[]>;
  /** Undefined when it is missing. */
  get(path: string): Promise<Buffer | undefined>;
  /** Size in bytes; undefined when it is missing. */
  size(path: string): Promise<number | undefined>;
  /** The file is durable, complete and visible when this resolves. Replaces an existing file. */
  put(path: string, chunks: readonly Uint8Array[]): Promise<void>;
  /**
   * Like `put`, but only if the path is free; exactly one of several concurrent writers wins. Returns false when the path
   * is taken. After a lost answer and a retry, false may mean that this very call stored the file.
   */
  putIfAbsent(path: string, chunks: readonly Uint8Array[]): Promise<boolean>;
  /** Does nothing when it is missing. */
  remove(path: string): Promise<void>;
}
