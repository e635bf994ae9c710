import { joinKey, splitKey } from '../../core/text/key.ts';

export type Names = readonly [coin: string, quote: string, source: string];

/** Series that are remembered. */
const MOST = 1000;

/** The keys of series and their names. A key is joined once, since that and its hash take longer than finding it. */
export class SeriesNames {
  readonly #names = new Map<string, Names>();
  /** Keys by coin, quote and source. */
  readonly #keys = new Map<string, Map<string, Map<string, string>>>();
  #count = 0;

  keyOf(coin: string, quote: string, source: string): string {
    return this.#keys.get(coin)?.get(quote)?.get(source) ?? this.#add(coin, quote, source);
  }

  /** Coin, quote and source of a series. */
  namesOf(key: string): Names {
    let names = this.#names.get(key);
    if (names === undefined) {
      names = splitKey(key) as unknown as Names;
      if (this.#names.size >= MOST) this.#names.clear();
      this.#names.set(key, names);
    }
    return names;
  }

  #add(coin: string, quote: string, source: string): string {
    if (++this.#count > MOST) {
      this.#keys.clear();
      this.#count = 1;
    }
    const key = joinKey(coin, quote, source);
    const quotes = this.#keys.get(coin) ?? new Map<string, Map<string, string>>();
    const sources = quotes.get(quote) ?? new Map<string, string>();
    this.#keys.set(coin, quotes.set(quote, sources.set(source, key)));
    return key;
  }
}
