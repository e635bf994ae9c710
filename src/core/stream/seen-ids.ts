import type { Millis } from '../util/time.ts';
import type { Restored, StateChange } from './keyed-state.ts';
import { MinuteBuckets } from './minute-buckets.ts';

/**
 * Remembers ids for `horizon` of event time, in memory that does not grow with history. A repeat carries the same
 * time, so ids lie by minute.
 */
export class SeenIds {
  readonly #minutes: MinuteBuckets<Set<string>>;

  constructor(horizon: Millis, restored: Restored = new Map()) {
    const holder = {
      prefix: 'seen|',
      make: () => new Set<string>(),
      restore: (ids: Set<string>, id: string) => void ids.add(id),
    };
    this.#minutes = new MinuteBuckets(horizon, holder, restored);
  }

  /** Minutes held. */
  get size(): number {
    return this.#minutes.size;
  }

  /** True if the id was not there before; it is now. */
  add(id: string, time: Millis): boolean {
    if (this.#minutes.at(time)?.has(id)) return false;
    this.#minutes.add(time, id).add(id);
    return true;
  }

  /** One new chunk for each minute added to since the last call, and the deletion of forgotten ones. */
  changes(): StateChange[] {
    return this.#minutes.changes();
  }
}
