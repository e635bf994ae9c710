import { meanOf } from './correlation.ts';
import type { TimeSeries } from './ranks.ts';

/** Segments of nearly equal length: their bounds, of which segment j is [bounds[j], bounds[j + 1]). */
export const segmentBounds = (length: number, segments: number): readonly number[] =>
  Array.from({ length: segments + 1 }, (_, j) => Math.floor((j * length) / segments));

const centred = (values: TimeSeries): TimeSeries => {
  const mean = meanOf(values);
  return values.map((value) => (Number.isNaN(value) ? 0 : value - mean));
};

/**
 * The squared statistic of a correlation at lags -most ... most, for every way to shift x circularly within its segments:
 * (sum of xy)^2 / sum of (xy)^2 over the pairs x[t], y[t + lag], both less their means. It divides by the spread of the
 * products themselves, so that series whose spreads move together are no evidence of a correlation (DiCiccio and Romano, 2017).
 *
 * Tables hold the sums of each segment by lag and shift: for the largest lag by their definition, for each smaller one from the
 * shift before, since both differ by one product.
 */
export class SegmentShifts {
  /** By position and, within it, by lag, so that a draw reads memory in order. */
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #rows: number;
  readonly #sum: Float64Array;
  readonly #square: Float64Array;

  /** `most` is smaller than the length. */
  constructor(
    x: TimeSeries,
    y: TimeSeries,
    readonly most: number,
    readonly bounds: readonly number[],
  ) {
    this.#rows = 2 * most + 1;
    this.#sum = new Float64Array(this.#rows);
    this.#square = new Float64Array(this.#rows);
    this.#sums = new Float64Array(x.length * this.#rows);
    this.#squares = new Float64Array(x.length * this.#rows);
    // Zeros beyond both ends, for the lags.
    const padded = new Float64Array(x.length + 2 * most + 2);
    padded.set(centred(y), most + 1);
    const xs = centred(x);
    for (let j = 0; j + 1 < bounds.length; j++) this.#fill(xs, padded, bounds[j]!, bounds[j + 1]!);
  }

  #fill(xs: TimeSeries, padded: TimeSeries, first: number, end: number): void {
    const [most, rows, sums, squares] = [this.most, this.#rows, this.#sums, this.#squares];
    const length = end - first;
    const twice = new Float64Array(2 * length);
    twice.set(xs.subarray(first, end));
    twice.set(xs.subarray(first, end), length);
    const origin = first + most + 1;
    for (let shift = 0; shift < length; shift++) {
      let [sum, square] = [0, 0];
      const from = length - shift;
      for (let at = 0; at < length; at++) {
        const product = twice[from + at]! * padded[origin + most + at]!;
        sum += product;
        square += product * product;
      }
      sums[(first + shift) * rows + 2 * most] = sum;
      squares[(first + shift) * rows + 2 * most] = square;
    }
    for (let row = 2 * most; row > 0; row--) {
      const before = padded[origin + row - most - 1]!;
      const last = padded[origin + row - most + length - 1]!;
      for (let shift = 0; shift < length; shift++) {
        const x = twice[2 * length - 1 - shift]!;
        const from = (first + shift) * rows + row;
        const to = (first + (shift + 1 === length ? 0 : shift + 1)) * rows + row - 1;
        sums[to] = sums[from]! + x * (before - last);
        squares[to] = squares[from]! + x * x * (before * before - last * last);
      }
    }
  }

  /**
   * By lag from -most on, with the sign of the correlation; 0 where nothing overlaps. `shifts`: of each segment; none: as
   * observed. The next call overwrites the answer.
   */
  squared(shifts?: Uint32Array): Float64Array {
    const [rows, sums, squares] = [this.#rows, this.#sums, this.#squares];
    const sum = this.#sum.fill(0);
    const square = this.#square.fill(0);
    for (let j = 0; j + 1 < this.bounds.length; j++) {
      const from = (this.bounds[j]! + (shifts === undefined ? 0 : shifts[j]!)) * rows;
      for (let row = 0; row < rows; row++) {
        sum[row]! += sums[from + row]!;
        square[row]! += squares[from + row]!;
      }
    }
    for (let row = 0; row < rows; row++) {
      const value = sum[row]!;
      sum[row] = square[row]! > 0 ? (Math.sign(value) * value * value) / square[row]! : 0;
    }
    return sum;
  }
}
