import { LshIndex } from '../../../core/sketch/lsh.ts';
import { signatureFrom, signatureOf, signatureText } from '../../../core/sketch/minhash.ts';
import type { Restored } from '../../../core/stream/keyed-state.ts';
import { MinuteBuckets, minuteIndex } from '../../../core/stream/minute-buckets.ts';
import { HOUR, type Millis } from '../../../core/util/time.ts';
import { normalizeText } from '../../../market/text/normalize.ts';

const HORIZON: Millis = HOUR;
const SIMILARITY = 0.8;
/** Short texts (gm, to the moon) are alike by chance. */
const SHORTEST = 20;
/** Texts remembered, about 15 MB. Past it the minutes that were added to least recently are dropped early. */
const CAPACITY = 2 ** 16;
/** Numbers of the index: a coin's number and the minute, which is below 2^26 until the year 2097. */
const MINUTES = 2 ** 26;

interface MinuteSlots {
  readonly minute: number;
  readonly slots: number[];
}

/** Recognizes posts that nearly repeat an earlier one about the same coin, of the hour before it. */
export class NearPosts {
  readonly #index = new LshIndex();
  readonly #minutes: MinuteBuckets<MinuteSlots>;
  readonly #coins = new Map<string, number>();

  constructor(
    restored: Restored,
    readonly capacity = CAPACITY,
  ) {
    const owner = {
      prefix: 'near|',
      make: (minute: number): MinuteSlots => ({ minute, slots: [] }),
      restore: ({ minute, slots }: MinuteSlots, stored: string) => {
        const [signature = '', ...coin] = stored.split(' ');
        slots.push(this.#index.add(signatureFrom(signature), this.#numberOf(coin.join(' '), minute)));
      },
      forget: ({ slots }: MinuteSlots) => {
        for (const slot of slots) this.#index.remove(slot);
      },
    };
    this.#minutes = new MinuteBuckets(HORIZON, owner, restored);
  }

  /** Whether a post nearly repeats one of the same minute or the hour before. Remembers a post that does not. */
  repeats(coin: string, text: string, time: Millis): boolean {
    const normal = normalizeText(text);
    if (normal.length < SHORTEST) return false;
    const signature = signatureOf(normal);
    const minute = minuteIndex(time);
    const latest = this.#numberOf(coin, minute);
    const earliest = this.#numberOf(coin, minute - minuteIndex(HORIZON));
    const isBefore = (number: number) => earliest <= number && number <= latest;
    if (this.#index.has(signature, SIMILARITY, isBefore)) return true;
    if (this.#index.size >= this.capacity) this.#minutes.forgetOne();
    const { slots } = this.#minutes.add(time, `${signatureText(signature)} ${coin}`);
    slots.push(this.#index.add(signature, latest));
    return false;
  }

  changes() {
    return this.#minutes.changes();
  }

  #numberOf(coin: string, minute: number): number {
    const number = this.#coins.get(coin) ?? this.#coins.size;
    this.#coins.set(coin, number);
    return number * MINUTES + minute;
  }
}
