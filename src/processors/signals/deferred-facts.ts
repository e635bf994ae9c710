import { KeyedState, type Restored } from '../../core/stream/keyed-state.ts';
import type { Millis } from '../../core/util/time.ts';
import type { Fact } from './facts.ts';

/** Records deferred for one coin. */
const MOST_DEFERRED = 10_000;

/** A record that is behind the times of its own source, while other sources still hold its windows open. */
export interface DeferredFact {
  readonly fact: Fact;
  /** The windows that end up to here close without it. */
  readonly release: Millis;
  /** When it arrived at the latest. */
  readonly arrival: Millis;
}

/** Records that wait for their windows to close, so that these hold only what arrived in time. By coin, in order of arrival. */
export class DeferredFacts {
  readonly #deferred: KeyedState<DeferredFact[]>;

  constructor(restored: Restored) {
    this.#deferred = new KeyedState('deferred|', restored);
  }

  /** False if there are too many. */
  add(key: string, deferred: DeferredFact): boolean {
    const list = this.#deferred.get(key) ?? this.#deferred.set(key, []);
    if (list.length >= MOST_DEFERRED) return false;
    list.push(deferred);
    this.#deferred.touch(key);
    return true;
  }

  /** The end of the windows that the first of a coin's records waits for; undefined if none waits. */
  nextRelease(key: string): Millis | undefined {
    const list = this.#deferred.get(key);
    return list && Math.min(...list.map(({ release }) => release));
  }

  keys(): readonly string[] {
    return [...this.#deferred.entries()].map(([key]) => key);
  }

  /** Takes the records whose windows are closed up to `watermark`. */
  take(key: string, watermark: Millis): readonly DeferredFact[] {
    const list = this.#deferred.get(key);
    if (list === undefined) return [];
    const ready = list.filter(({ release }) => release <= watermark);
    if (ready.length === list.length) this.#deferred.delete(key);
    else if (ready.length > 0)
      this.#deferred.set(
        key,
        list.filter(({ release }) => release > watermark),
      );
    return ready;
  }

  changes() {
    return this.#deferred.changes();
  }
}
