import type { Restored, StateChange } from '../stream/keyed-state.ts';
import { MinuteBuckets, minuteIndex } from '../stream/minute-buckets.ts';
import type { Millis } from '../util/time.ts';
import { LshIndex } from './lsh.ts';
import { type Signature, signatureFrom, signatureOf, signatureText } from './minhash.ts';

/** Maximum number of texts: about 60 MB, one hour at 70 new texts per second. Past it the oldest minutes are dropped early. */
const CAPACITY = 2 ** 18;

/** The texts of one minute, as slots of the index. */
interface MinuteSlots {
  readonly minute: number;
  readonly slots: number[];
}

/**
 * Remembers texts for `horizon` of event time and recognizes near duplicates. Only the first of similar texts is
 * remembered. Similarity is estimated by signatures (minhash.ts), usually within 0.04 of the true one.
 */
export class NearDuplicates {
  readonly #index = new LshIndex();
  readonly #minutes: MinuteBuckets<MinuteSlots>;
  readonly #horizon: number;

  constructor(
    horizon: Millis,
    readonly least: number,
    restored: Restored = new Map(),
    readonly capacity = CAPACITY,
  ) {
    this.#horizon = minuteIndex(horizon);
    const owner = {
      prefix: 'near|',
      make: (minute: number): MinuteSlots => ({ minute, slots: [] }),
      restore: ({ minute, slots }: MinuteSlots, text: string) =>
        void slots.push(this.#index.add(signatureFrom(text), minute)),
      forget: ({ slots }: MinuteSlots) => {
        for (const slot of slots) this.#index.remove(slot);
      },
    };
    this.#minutes = new MinuteBuckets(horizon, owner, restored);
  }

  /** Number of texts remembered. */
  get size(): number {
    return this.#index.size;
  }

  /** Remembers a non-empty text and returns true, unless a similar one is remembered within the horizon of its time. */
  add(text: string, time: Millis): boolean {
    const signature = signatureOf(text);
    const minute = minuteIndex(time);
    const isNear = (other: number): boolean => Math.abs(other - minute) <= this.#horizon;
    if (this.#index.has(signature, this.least, isNear)) return false;
    this.#remember(signature, time);
    return true;
  }

  #remember(signature: Signature, time: Millis): void {
    if (this.#index.size >= this.capacity) this.#minutes.forgetOne();
    const { minute, slots } = this.#minutes.add(time, signatureText(signature));
    slots.push(this.#index.add(signature, minute));
  }

  changes(): StateChange[] {
    return this.#minutes.changes();
  }
}
