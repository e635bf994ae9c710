import { murmur2 } from '../util/hash.ts';

/** Registers: 2^12, so that the standard error is 1.04 / 64 = 1.6 %. */
const INDEX_BITS = 12;
const REGISTERS = 2 ** INDEX_BITS;
/** Hashes that are kept as they are; below that the count is exact. */
const MOST_HASHES = 256;

/** As JSON: the hashes, or the registers in base64. */
export type StoredDistinct = readonly number[] | string;

/** Counts distinct texts in bounded memory (HyperLogLog, Flajolet et al. 2007): exactly up to 256, then within about 1.6 %. */
export class DistinctCount {
  /** Undefined once there are registers. */
  #hashes: Set<number> | undefined = new Set();
  #registers: Uint8Array | undefined;

  static from(stored: StoredDistinct): DistinctCount {
    const sketch = new DistinctCount();
    if (typeof stored === 'string') {
      sketch.#registers = Uint8Array.from(atob(stored), (char) => char.charCodeAt(0));
      sketch.#hashes = undefined;
    } else for (const hash of stored) sketch.#add(hash);
    return sketch;
  }

  add(text: string): void {
    this.#add(murmur2(text) >>> 0);
  }

  /** Adds all that another has counted. */
  merge(other: DistinctCount): void {
    for (const hash of other.#hashes ?? []) this.#add(hash);
    if (other.#registers === undefined) return;
    const registers = this.#dense();
    for (let at = 0; at < REGISTERS; at++)
      if (other.#registers[at]! > registers[at]!) registers[at] = other.#registers[at]!;
  }

  /** A whole number. */
  get count(): number {
    if (this.#registers === undefined) return this.#hashes!.size;
    let sum = 0;
    let zeros = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) zeros += 1;
    }
    const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
    const isSmall = raw <= 2.5 * REGISTERS && zeros > 0;
    return Math.round(isSmall ? REGISTERS * Math.log(REGISTERS / zeros) : raw);
  }

  toJSON(): StoredDistinct {
    if (this.#registers === undefined) return [...this.#hashes!];
    return btoa(String.fromCharCode(...this.#registers));
  }

  #add(hash: number): void {
    if (this.#hashes === undefined) this.#rank(hash);
    else if (this.#hashes.add(hash).size > MOST_HASHES) this.#dense();
  }

  /** Turns hashes into registers. */
  #dense(): Uint8Array {
    if (this.#registers !== undefined) return this.#registers;
    this.#registers = new Uint8Array(REGISTERS);
    for (const hash of this.#hashes!) this.#rank(hash);
    this.#hashes = undefined;
    return this.#registers;
  }

  /** The upper bits pick the register, which keeps the most leading zeros of the lower ones, plus one. */
  #rank(hash: number): void {
    const index = hash >>> (32 - INDEX_BITS);
    const rest = (hash << INDEX_BITS) >>> 0;
    const rank = rest === 0 ? 32 - INDEX_BITS + 1 : Math.clz32(rest) + 1;
    if (rank > this.#registers![index]!) this.#registers![index] = rank;
  }
}
