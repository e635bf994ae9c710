import type { Millis } from '../util/time.ts';
import type { Restored, StateChange } from './keyed-state.ts';
import { MinuteBuckets } from './minute-buckets.ts';

/** Remembers ids for `horizon` of event time, in bounded memory. A repeat has the same time, so ids are kept by minute. */
export class SeenIds {
  readonly #minutes: MinuteBuckets<Set<string>>;

  constructor(horizon: Millis, restored: Restored = new Map(), prefix = 'seen|') {
    const owner = {
      prefix,
      make: () => new Set<string>(),
      restore: (ids: Set<string>, id: string) => void ids.add(id),
    };
    this.#minutes = new MinuteBuckets(horizon, owner, restored);
  }

  /** Number of minutes kept. */
  get size(): number {
    return this.#minutes.size;
  }

  has(id: string, time: Millis): boolean {
    return this.#minutes.at(time)?.has(id) ?? false;
  }

  /** Adds an id; true if it is new. */
  add(id: string, time: Millis): boolean {
    if (this.has(id, time)) return false;
    this.#minutes.add(time, id).add(id);
    return true;
  }

  /** One new chunk per minute added to since the last call, and deletions of dropped minutes. */
  changes(): StateChange[] {
    return this.#minutes.changes();
  }
}
