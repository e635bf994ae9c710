/** Where tables live, as the lake sees it: a folder, or a bucket. Paths are relative, with `/`. */
export interface Store {
  /** For messages. */
  readonly url: string;
  /** Names right in a folder, in any order; [] when there is none. */
  list(folder: string): Promise<readonly string[]>;
  /** Undefined when there is none. */
  get(path: string): Promise<string | undefined>;
  /** Durable, whole and visible when it resolves; replaces what was there. Throws Problem. */
  put(path: string, chunks: readonly Uint8Array[]): Promise<void>;
  /** The same, but of several writers at once one wins; false when something was there. */
  putIfAbsent(path: string, text: string): Promise<boolean>;
}
