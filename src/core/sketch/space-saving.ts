/** Words counted at once. */
const MOST_WORDS = 64;

/** As JSON: word, count, error. */
export type StoredFrequent = readonly (readonly [word: string, count: number, error: number])[];

interface Counter {
  count: number;
  /** How much of the count may belong to other words. */
  error: number;
}

/**
 * The most frequent words in bounded memory (space-saving, Metwally et al. 2005; merged as by Agarwal et al. 2012). A count
 * is never too small, and too large by at most its error, which is at most total / 64. Up to 64 words are counted exactly.
 */
export class FrequentWords {
  readonly #counters = new Map<string, Counter>();

  static from(stored: StoredFrequent): FrequentWords {
    const sketch = new FrequentWords();
    for (const [word, count, error] of stored) sketch.#counters.set(word, { count, error });
    return sketch;
  }

  add(word: string): void {
    const known = this.#counters.get(word);
    if (known !== undefined) known.count += 1;
    else if (this.#counters.size < MOST_WORDS) this.#counters.set(word, { count: 1, error: 0 });
    else {
      const [rarest, { count }] = this.#rarest();
      this.#counters.delete(rarest);
      this.#counters.set(word, { count: count + 1, error: count });
    }
  }

  /** Adds all that another has counted. */
  merge(other: FrequentWords): void {
    const [ownLeast, otherLeast] = [this.#leastCount(), other.#leastCount()];
    const words = new Set([...this.#counters.keys(), ...other.#counters.keys()]);
    const sums = [...words].map((word): [string, Counter] => {
      const own = this.#counters.get(word) ?? { count: ownLeast, error: ownLeast };
      const its = other.#counters.get(word) ?? { count: otherLeast, error: otherLeast };
      return [word, { count: own.count + its.count, error: own.error + its.error }];
    });
    this.#counters.clear();
    for (const [word, counter] of sums.sort(byCount).slice(0, MOST_WORDS)) this.#counters.set(word, counter);
  }

  /** The most frequent words, the first first; of equally frequent ones in order of the alphabet. */
  top(count: number): readonly { readonly word: string; readonly count: number; readonly error: number }[] {
    return [...this.#counters]
      .sort(byCount)
      .slice(0, count)
      .map(([word, counter]) => ({ word, ...counter }));
  }

  toJSON(): StoredFrequent {
    return [...this.#counters].map(([word, { count, error }]) => [word, count, error]);
  }

  #rarest(): [string, Counter] {
    let rarest: [string, Counter] | undefined;
    for (const entry of this.#counters)
      if (rarest === undefined || byCount(entry, rarest) > 0) rarest = entry;
    return rarest!;
  }

  /** What a word that is not counted may have come to. */
  #leastCount(): number {
    return this.#counters.size < MOST_WORDS ? 0 : this.#rarest()[1].count;
  }
}

const byCount = ([a, one]: [string, Counter], [b, other]: [string, Counter]): number =>
  other.count - one.count || (a < b ? -1 : 1);
