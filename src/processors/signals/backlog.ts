import { KeyedState, type Restored } from '../../core/stream/keyed-state.ts';

/**
 * Which coins the backlog holds back: while there are unread records, no window closes, since several tasks have written them,
 * each in its own order of time.
 */
export class Backlog {
  readonly #keys: KeyedState<true>;
  /** Whether everything had been read. */
  readonly #caughtUp: KeyedState<boolean>;

  constructor(restored: Restored) {
    this.#keys = new KeyedState('backlog|', restored);
    this.#caughtUp = new KeyedState('caught-up', restored);
  }

  /** Whether a coin is to be held back from now on. */
  holds(key: string): boolean {
    if (this.#caughtUp.get('') === true || this.#keys.get(key) !== undefined) return false;
    this.#keys.set(key, true);
    return true;
  }

  note(caughtUp: boolean): void {
    if (caughtUp !== (this.#caughtUp.get('') ?? false)) this.#caughtUp.set('', caughtUp);
  }

  /** Takes the coins that it has held back. */
  take(): readonly string[] {
    const keys = [...this.#keys.entries()].map(([key]) => key);
    for (const key of keys) this.#keys.delete(key);
    return keys;
  }

  changes() {
    return [...this.#keys.changes(), ...this.#caughtUp.changes()];
  }
}
