import { KeyedState, type Restored, type StateChange } from '../../core/stream/keyed-state.ts';

/** The topics that a task with a templated output topic has written to; stored with the task's state. */
export class WrittenTopics {
  readonly #names: KeyedState<true>;

  constructor(restored: Restored) {
    this.#names = new KeyedState('written|', restored);
  }

  add(topic: string): void {
    if (this.#names.get(topic) === undefined) this.#names.set(topic, true);
  }

  all(): string[] {
    return Array.from(this.#names.entries(), ([name]) => name);
  }

  changes(): StateChange[] {
    return this.#names.changes();
  }
}
