import { PERMUTATIONS, type Signature, similarityOf } from './minhash.ts';

/**
 * Signatures are cut into bands; signatures that share a band are candidates. Two texts of similarity s become candidates
 * with probability 1 - (1 - s^ROWS)^BANDS: 21 % at 0.5, 52 % at 0.6, 85 % at 0.7, 95 % at 0.75, 99 % at 0.8, ~100 % at 0.9.
 * Candidates are compared in full, so the comparison sets the threshold and the bands miss next to nothing above it.
 */
const BANDS = 15;
const ROWS = PERMUTATIONS / BANDS;
const END = -1;
const FREE = Number.MIN_SAFE_INTEGER;
const SMALLEST = 1024;

/** A band's hash, from 0 to 2^32 (FNV-1a, then mixed). */
function bandHash(signature: Signature, from: number, band: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < from + ROWS; i++) hash = Math.imul(hash ^ signature[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15) ^ band, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** An index of signatures, each with a number. Freed slots are reused, so memory follows the largest size so far. */
export class LshIndex {
  #capacity = SMALLEST;
  #signatures = new Uint8Array(SMALLEST * PERMUTATIONS);
  #numbers = new Float64Array(SMALLEST).fill(FREE);
  /** First slot by bucket and band; next slot by slot and band. */
  #heads = new Int32Array(SMALLEST * BANDS).fill(END);
  #nexts = new Int32Array(SMALLEST * BANDS);
  #free: number[] = [];
  /** Slots from here on have never been used. */
  #used = 0;

  get size(): number {
    return this.#used - this.#free.length;
  }

  /** Whether the index has a signature of similarity `least` or more whose number `fits`. */
  has(signature: Signature, least: number, fits: (number: number) => boolean): boolean {
    for (let band = 0; band < BANDS; band++) {
      let slot = this.#heads[this.#bucket(signature, band * ROWS, band)]!;
      for (; slot !== END; slot = this.#nexts[slot * BANDS + band]!)
        if (fits(this.#numbers[slot]!) && similarityOf(this.#agreeing(slot, signature)) >= least) return true;
    }
    return false;
  }

  /** Adds a signature; returns its slot. */
  add(signature: Signature, number: number): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.#capacity) this.#grow();
    this.#signatures.set(signature, slot * PERMUTATIONS);
    this.#numbers[slot] = number;
    this.#insert(slot);
    return slot;
  }

  remove(slot: number): void {
    const from = slot * PERMUTATIONS;
    for (let band = 0; band < BANDS; band++) {
      const bucket = this.#bucket(this.#signatures, from + band * ROWS, band);
      const next = this.#nexts[slot * BANDS + band]!;
      if (this.#heads[bucket] === slot) this.#heads[bucket] = next;
      else {
        let before = this.#heads[bucket]!;
        while (this.#nexts[before * BANDS + band] !== slot) before = this.#nexts[before * BANDS + band]!;
        this.#nexts[before * BANDS + band] = next;
      }
    }
    this.#numbers[slot] = FREE;
    this.#free.push(slot);
  }

  #bucket(signature: Signature, from: number, band: number): number {
    return (bandHash(signature, from, band) & (this.#capacity - 1)) * BANDS + band;
  }

  #agreeing(slot: number, signature: Signature): number {
    const from = slot * PERMUTATIONS;
    let agreeing = 0;
    for (let i = 0; i < PERMUTATIONS; i++) if (this.#signatures[from + i] === signature[i]) agreeing++;
    return agreeing;
  }

  #insert(slot: number): void {
    const from = slot * PERMUTATIONS;
    for (let band = 0; band < BANDS; band++) {
      const bucket = this.#bucket(this.#signatures, from + band * ROWS, band);
      this.#nexts[slot * BANDS + band] = this.#heads[bucket]!;
      this.#heads[bucket] = slot;
    }
  }

  /** Doubles the capacity and the number of buckets. */
  #grow(): void {
    const old = { signatures: this.#signatures, numbers: this.#numbers, count: this.#capacity };
    this.#capacity *= 2;
    this.#signatures = new Uint8Array(this.#capacity * PERMUTATIONS);
    this.#signatures.set(old.signatures);
    this.#numbers = new Float64Array(this.#capacity).fill(FREE);
    this.#numbers.set(old.numbers);
    this.#heads = new Int32Array(this.#capacity * BANDS).fill(END);
    this.#nexts = new Int32Array(this.#capacity * BANDS);
    for (let slot = 0; slot < old.count; slot++) if (old.numbers[slot] !== FREE) this.#insert(slot);
  }
}
