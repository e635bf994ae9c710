/** Relative error of a quantile. */
const ERROR = 0.01;
const GAMMA = (1 + ERROR) / (1 - ERROR);
const LOG_GAMMA = Math.log(GAMMA);

/** As JSON: bucket, count, bucket, count ... */
export type StoredQuantiles = readonly number[];

const ZERO = -1;

/** Quantiles of whole numbers from 0, each within 1 % (DDSketch, Masson et al. 2019). Merging loses nothing. */
export class QuantileSketch {
  /** Counts by bucket; bucket b holds the values in (gamma^(b-1), gamma^b]. */
  readonly #counts = new Map<number, number>();
  #total = 0;

  static from(stored: StoredQuantiles): QuantileSketch {
    const sketch = new QuantileSketch();
    for (let at = 0; at < stored.length; at += 2) sketch.#count(stored[at]!, stored[at + 1]!);
    return sketch;
  }

  add(value: number): void {
    this.#count(value < 1 ? ZERO : Math.ceil(Math.log(value) / LOG_GAMMA), 1);
  }

  /** Adds all that another has. */
  merge(other: QuantileSketch): void {
    for (const [bucket, count] of other.#counts) this.#count(bucket, count);
  }

  /** The value of rank `fraction` x (number of values - 1), rounded down; null without values. */
  quantile(fraction: number): number | null {
    if (this.#total === 0) return null;
    const rank = Math.floor(fraction * (this.#total - 1));
    let passed = 0;
    let bucket = ZERO;
    for (bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      passed += this.#counts.get(bucket)!;
      if (passed > rank) break;
    }
    return bucket === ZERO ? 0 : (2 * GAMMA ** bucket) / (GAMMA + 1);
  }

  toJSON(): StoredQuantiles {
    return [...this.#counts].flat();
  }

  #count(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }
}
