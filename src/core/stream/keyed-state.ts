/** A state key and its new JSON text; null deletes it. */
export type StateChange = readonly [key: string, value: string | null];

/** The state of the last commit: JSON texts by key. */
export type Restored = ReadonlyMap<string, string>;

/**
 * State by key that tracks what changed since the last commit, so a commit writes only that.
 * Values are plain JSON data. After changing one in place, call `touch`.
 */
export class KeyedState<V> {
  readonly #values = new Map<string, V>();
  readonly #dirty = new Set<string>();

  constructor(
    /** Prefix of each stored key; several states share one task. */
    readonly prefix: string,
    restored: Restored = new Map(),
  ) {
    for (const [key, text] of restored)
      if (key.startsWith(prefix)) this.#values.set(key.slice(prefix.length), JSON.parse(text) as V);
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): V {
    this.#values.set(key, value);
    this.#dirty.add(key);
    return value;
  }

  touch(key: string): void {
    this.#dirty.add(key);
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#dirty.add(key);
  }

  entries(): IterableIterator<[string, V]> {
    return this.#values.entries();
  }

  /** What changed since the last call. */
  changes(): StateChange[] {
    const changes = [...this.#dirty].map((key): StateChange => {
      const value = this.#values.get(key);
      return [this.prefix + key, value === undefined ? null : JSON.stringify(value)];
    });
    this.#dirty.clear();
    return changes;
  }
}
