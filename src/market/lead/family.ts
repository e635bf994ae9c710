import { averageRanks, type TimeSeries } from '../../core/stats/ranks.ts';
import { SegmentShifts, segmentBounds } from '../../core/stats/segment-shifts.ts';
import { lowerBound } from '../../core/util/binary-search.ts';
import { type Random, random } from '../../core/util/random.ts';

/** Shifts within segments of about this many windows; at least four segments, of at least twelve windows each. */
const SEGMENT = 256;
const LEAST_SEGMENTS = 4;
const SHORTEST_SEGMENT = 12;

const segmentsOf = (length: number): number =>
  Math.max(
    1,
    Math.min(Math.max(LEAST_SEGMENTS, Math.ceil(length / SEGMENT)), Math.floor(length / SHORTEST_SEGMENT)),
  );

/** Two series without memory, and the share of the degrees of freedom that their rhythm used up. */
export interface SeriesPair {
  /** Pairs of one window have equal lengths and are shifted alike, as their coins move together. */
  readonly window: string;
  readonly x: TimeSeries;
  readonly y: TimeSeries;
  readonly lost: number;
}

export interface DrawSettings {
  /** Lags -highestLag ... highestLag are tested, in windows. */
  readonly highestLag: number;
  /** Random shifts. */
  readonly draws: number;
  readonly seed: number;
}

/**
 * By how much shifts make the squared statistic smaller. The means of a rhythm leave values of the same hour negatively
 * correlated; both series share that as observed, and lose it where segments are shifted apart.
 */
const shrinkage = (lost: number, segments: number): number =>
  (1 - 2 * lost + lost * Math.max(lost, 1 / segments)) / (1 - lost);

/** Pearson's and Spearman's statistics of a pair, as observed and under shifts; squared, with their signs. */
export class PairStatistics {
  readonly #pearson: SegmentShifts;
  readonly #spearman: SegmentShifts;
  readonly #scale: number;

  constructor({ x, y, lost }: SeriesPair, highestLag: number) {
    const bounds = segmentBounds(x.length, segmentsOf(x.length));
    this.#pearson = new SegmentShifts(x, y, highestLag, bounds);
    this.#spearman = new SegmentShifts(averageRanks(x), averageRanks(y), highestLag, bounds);
    this.#scale = shrinkage(lost, bounds.length - 1);
  }

  /** By lag from -highestLag on, the larger of both. */
  observed(): readonly number[] {
    return [...this.drawn()].map((squared) => squared * this.#scale);
  }

  /** `shifts`: of each segment. The next call overwrites the answer. */
  drawn(shifts?: Uint32Array): Float64Array {
    const larger = this.#pearson.squared(shifts);
    const ranked = this.#spearman.squared(shifts);
    for (let row = 0; row < larger.length; row++)
      if (Math.abs(ranked[row]!) > Math.abs(larger[row]!)) larger[row] = ranked[row]!;
    return larger;
  }
}

/** Random shifts of all segments of a series, as often as asked for. */
export function drawShifts(length: number, draws: number, { below }: Random): readonly Uint32Array[] {
  const bounds = segmentBounds(length, segmentsOf(length));
  const lengths = bounds.slice(1).map((end, j) => end - bounds[j]!);
  return Array.from({ length: draws }, () => Uint32Array.from(lengths, below));
}

export interface Family {
  /** By pair, then by lag from -highestLag on: p with every lag, pair and both correlations allowed for, and the squared statistic with its sign. */
  readonly cells: readonly (readonly { readonly p: number; readonly squared: number }[])[];
}

/**
 * Tests pairs at all lags together. The p of a cell is how often shifted series have, in any cell, a statistic as large as its own:
 * (1 + such draws) / (1 + draws). A shift keeps each series and breaks what it has to do with the other.
 */
export function testFamily(pairs: readonly SeriesPair[], { highestLag, draws, seed }: DrawSettings): Family {
  const largest = new Float64Array(draws);
  const observed = pairs.map((pair) => {
    const statistics = new PairStatistics(pair, highestLag);
    drawShifts(pair.x.length, draws, random(seed, pair.window)).forEach((shifts, draw) => {
      largest[draw] = statistics
        .drawn(shifts)
        .reduce((most, squared) => Math.max(most, Math.abs(squared)), largest[draw]!);
    });
    return statistics.observed();
  });
  largest.sort();
  const pOf = (squared: number) =>
    (1 + draws - lowerBound(0, draws, (at) => largest[at]! >= Math.abs(squared))) / (1 + draws);
  return { cells: observed.map((row) => row.map((squared) => ({ p: pOf(squared), squared }))) };
}
