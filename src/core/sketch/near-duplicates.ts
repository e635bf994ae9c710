import type { Restored, StateChange } from '../stream/keyed-state.ts';
import { MinuteBuckets, minuteOf } from '../stream/minute-buckets.ts';
import type { Millis } from '../util/time.ts';
import { LshIndex } from './lsh.ts';
import { type Signature, signatureFrom, signatureOf, signatureText } from './minhash.ts';

/** Texts held at most: about 60 MB, and an hour of 70 new ones a second. Past it the oldest minutes are forgotten early. */
const CAPACITY = 2 ** 18;

/** The texts of one minute, by their slots in the index. */
interface Held {
  readonly minute: number;
  readonly slots: number[];
}

/**
 * Remembers texts for `horizon` of event time, and knows one that is nearly the same again: the first is kept, and what
 * is like it is not remembered. Similarity is that of signatures (minhash.ts): within 0.04 of the true one, as a rule.
 */
export class NearDuplicates {
  readonly #index = new LshIndex();
  readonly #minutes: MinuteBuckets<Held>;
  readonly #horizon: number;

  constructor(
    horizon: Millis,
    readonly least: number,
    restored: Restored = new Map(),
    readonly capacity = CAPACITY,
  ) {
    this.#horizon = minuteOf(horizon);
    const holder = {
      prefix: 'near|',
      make: (minute: number): Held => ({ minute, slots: [] }),
      restore: ({ minute, slots }: Held, text: string) =>
        void slots.push(this.#index.add(signatureFrom(text), minute)),
      forget: ({ slots }: Held) => {
        for (const slot of slots) this.#index.remove(slot);
      },
    };
    this.#minutes = new MinuteBuckets(horizon, holder, restored);
  }

  /** Texts held. */
  get size(): number {
    return this.#index.size;
  }

  /** True if nothing like the text was there within the horizon of its time; then it is there now. Not for an empty text. */
  add(text: string, time: Millis): boolean {
    const signature = signatureOf(text);
    const minute = minuteOf(time);
    const isNear = (other: number): boolean => Math.abs(other - minute) <= this.#horizon;
    if (this.#index.has(signature, this.least, isNear)) return false;
    this.#keep(signature, time);
    return true;
  }

  #keep(signature: Signature, time: Millis): void {
    if (this.#index.size >= this.capacity) this.#minutes.forgetOne();
    const { minute, slots } = this.#minutes.add(time, signatureText(signature));
    slots.push(this.#index.add(signature, minute));
  }

  changes(): StateChange[] {
    return this.#minutes.changes();
  }
}
