import type { Coin } from '../coin-list.ts';
import { coinEntry, STRONG_SIGN } from './coin-table.ts';

/** How far a clue reaches, in pieces of the text: about four lines. */
const REACH = 30;
/** The position of a tag that is known apart from the text: every clue is near it. */
export const ANYWHERE = -1;

/** What a second name of the same coin adds: `Aptos (APT)`. */
const TWO_NAMES = 2;

interface NamedCoin {
  readonly at: number;
  /** Undefined for a trading term in another script. */
  readonly coin: Coin | undefined;
  readonly weight: number;
  /** The word that names it, by its index in the table; -1 for another. */
  readonly by: number;
}

const isNear = (one: number, other: number): boolean =>
  one === ANYWHERE || other === ANYWHERE || Math.abs(one - other) <= REACH;

/** What a text says beside the names of coins. Words are kept by number and looked at only if a name is ambiguous. */
export class Clues {
  #count = 0;
  #positions = new Int32Array(256);
  #indices = new Int32Array(256);
  /** 1 for a cashtag. */
  #cashtags = new Uint8Array(256);
  readonly #coins: NamedCoin[] = [];

  reset(): void {
    this.#count = this.#coins.length = 0;
  }

  addWord(index: number, at: number, isCashtag: boolean): void {
    if (this.#count === this.#positions.length) this.#grow();
    this.#positions[this.#count] = at;
    this.#indices[this.#count] = index;
    this.#cashtags[this.#count++] = isCashtag ? 1 : 0;
  }

  #grow(): void {
    const grown = <A extends Int32Array | Uint8Array>(old: A, made: A): A => {
      made.set(old);
      return made;
    };
    const size = 2 * this.#count;
    this.#positions = grown(this.#positions, new Int32Array(size));
    this.#indices = grown(this.#indices, new Int32Array(size));
    this.#cashtags = grown(this.#cashtags, new Uint8Array(size));
  }

  addTrade(at: number): void {
    this.#coins.push({ at, coin: undefined, weight: STRONG_SIGN, by: -1 });
  }

  /** A sign of the whole text that is no word: an emoji of the trade. */
  addWeak(): void {
    this.#coins.push({ at: ANYWHERE, coin: undefined, weight: 1, by: -1 });
  }

  /** A coin that is named is a trading term for other names. */
  addCoin(coin: Coin, at: number, weight: number, by: number): void {
    this.#coins.push({ at, coin, weight, by });
  }

  /** The weight of the different trading terms near a name of `coin`; stops once it is `enough`. */
  tradeNear(at: number, coin: Coin, by: number, enough: number): number {
    const seen = new Set<unknown>();
    let sum = 0;
    for (const { at: position, coin: other, weight, by: word } of this.#coins) {
      if (other === coin && (word < 0 || by < 0 || word === by)) continue;
      if (!isNear(position, at) || seen.has(other)) continue;
      seen.add(other);
      sum += other === coin ? TWO_NAMES : weight;
    }
    for (let word = 0; word < this.#count && sum < enough; word++) {
      const index = this.#indices[word]!;
      const { sign } = coinEntry(index);
      if (sign === 0 || !this.#isBeside(word, at) || seen.has(index)) continue;
      seen.add(index);
      sum += sign;
    }
    return sum;
  }

  /** Whether a word is near a name, and not the name itself. */
  #isBeside(word: number, at: number): boolean {
    const position = this.#positions[word]!;
    return isNear(position, at) && (position !== at || at === ANYWHERE);
  }

  hasStrong(at: number, coin: Coin): boolean {
    const isStrong = (one: NamedCoin) =>
      one.weight === STRONG_SIGN && one.coin !== coin && isNear(one.at, at);
    if (this.#coins.some(isStrong)) return true;
    for (let word = 0; word < this.#count; word++)
      if (coinEntry(this.#indices[word]!).sign === STRONG_SIGN && this.#isBeside(word, at)) return true;
    return false;
  }

  namesOther(at: number, coin: Coin): boolean {
    return this.#coins.some(
      (one) =>
        one.weight === STRONG_SIGN && one.coin !== undefined && one.coin !== coin && isNear(one.at, at),
    );
  }

  speaksAgainst(at: number, coin: Coin): boolean {
    for (let word = 0; word < this.#count; word++)
      if (coinEntry(this.#indices[word]!).against.includes(coin) && isNear(this.#positions[word]!, at))
        return true;
    return false;
  }

  speaksOfStocks(at: number): boolean {
    for (let word = 0; word < this.#count; word++) {
      const { isStock, isTicker } = coinEntry(this.#indices[word]!);
      if ((isStock || (isTicker && this.#cashtags[word] === 1)) && isNear(this.#positions[word]!, at))
        return true;
    }
    return false;
  }
}
