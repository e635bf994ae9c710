/** Events remembered at most. */
const MOST_EVENTS = 100_000;
const MINUTE_S = 60;
/** Characters of a key: 48 bits of the id, which are enough to tell some 100,000 events apart. */
const KEY_LENGTH = 8;

const keyOf = (id: string): string => Buffer.from(id.slice(0, 12), 'hex').toString('base64url');

interface Entry {
  /** Of the author's time. */
  readonly minute: number;
  /** Added by this process, not restored. */
  readonly isFresh: boolean;
}

/** The keys of events by the minute of their author's time, joined. */
export type SeenSnapshot = Readonly<Record<string, string>>;

/** The events read so far, by any relay. Can be stored as plain data. */
export class SeenEvents {
  readonly #entries = new Map<string, Entry>();

  constructor(restored: SeenSnapshot = {}) {
    for (const [minute, keys] of Object.entries(restored))
      for (let at = 0; at < keys.length; at += KEY_LENGTH)
        this.#set(keys.slice(at, at + KEY_LENGTH), { minute: Number(minute), isFresh: false });
  }

  /** Adds an event with its author's time in seconds; false if it was there already. */
  add(id: string, time: number): boolean {
    const key = keyOf(id);
    if (this.#entries.has(key)) return false;
    this.#set(key, { minute: Math.floor(time / MINUTE_S), isFresh: true });
    return true;
  }

  /** Whether this process added it. */
  isFresh(id: string): boolean {
    return this.#entries.get(keyOf(id))?.isFresh ?? false;
  }

  /** Makes a restored event one that this process added. */
  refresh(id: string): void {
    const key = keyOf(id);
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, isFresh: true });
  }

  /** The events from this time on, in seconds: relays give no earlier ones again. */
  snapshot(from: number): SeenSnapshot {
    const keys: Record<string, string> = {};
    for (const [key, { minute }] of this.#entries)
      if ((minute + 1) * MINUTE_S > from) keys[minute] = (keys[minute] ?? '') + key;
    return keys;
  }

  #set(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    if (this.#entries.size <= MOST_EVENTS) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest!);
  }
}
