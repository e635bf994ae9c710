import { random } from '../../core/util/random.ts';
import { type DrawSettings, drawShifts, PairStatistics, type SeriesPair, testFamily } from './family.ts';

/** What the first half of the time finds, and what the second half says of that alone. */
export interface Halves {
  /** Position of the pair, and the lag. */
  readonly at: number;
  readonly lag: number;
  /** In the first half, with everything allowed for that was looked at. */
  readonly firstP: number;
  /** In the second half: of this pair, lag and sign alone. */
  readonly secondP: number;
}

const part = (pair: SeriesPair, from: number, to: number): SeriesPair => ({
  ...pair,
  x: pair.x.subarray(from, to),
  y: pair.y.subarray(from, to),
});

/** How often shifts alone give one cell a statistic as large as the observed one, of the sign that is expected. */
function oneCellP(pair: SeriesPair, lag: number, sign: number, { draws, seed }: DrawSettings): number {
  const highestLag = Math.abs(lag);
  const statistics = new PairStatistics(pair, highestLag);
  const observed = statistics.observed()[lag + highestLag]! * sign;
  const shifts = drawShifts(pair.x.length, draws, random(seed, `${pair.window}, second half`));
  const reached = shifts.filter((one) => statistics.drawn(one)[lag + highestLag]! * sign >= observed).length;
  return (1 + reached) / (1 + draws);
}

/** Looks for the strongest lead in the first half of each pair, and tests it in the second half. Lag 0 leads nothing. */
export function testHalves(pairs: readonly SeriesPair[], settings: DrawSettings): Halves {
  const middle = ({ x }: SeriesPair) => Math.floor(x.length / 2);
  const firsts = pairs.map((pair) => part(pair, 0, middle(pair)));
  const { cells } = testFamily(firsts, settings);
  let best = { at: 0, lag: 0, firstP: 1, squared: 0 };
  cells.forEach((row, at) => {
    row.forEach(({ p, squared }, position) => {
      const lag = position - settings.highestLag;
      if (lag !== 0 && Math.abs(squared) > Math.abs(best.squared)) best = { at, lag, firstP: p, squared };
    });
  });
  const pair = pairs[best.at]!;
  const second = part(pair, middle(pair), pair.x.length);
  const secondP = oneCellP(second, best.lag, Math.sign(best.squared), settings);
  return { at: best.at, lag: best.lag, firstP: best.firstP, secondP };
}
