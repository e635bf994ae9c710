import type { Millis } from '../util/time.ts';

/** One measurement of a key; samples of equal time are ordered by offset. */
export interface TimedValue {
  readonly time: Millis;
  readonly offset: number;
  readonly value: number;
  /** Traded amount; undefined if unknown. */
  readonly size?: number | undefined;
  /** Whether it is a trade, not a quote. */
  readonly isTrade?: boolean;
}

/** An aggregation as a triple: start, add, result. `A` is plain data. */
export interface Aggregation<V, A, R> {
  readonly start: () => A;
  /** Adds in place. */
  readonly add: (state: A, value: V) => void;
  readonly result: (state: A) => R;
}

/** Neumaier's compensated sum (1974), which carries its rounding error: a million times 0.1 is exactly 100,000. */
export interface CompensatedSum {
  sum: number;
  carry: number;
}

/** The rounding error of `sum + value`, which is `total`. */
const errorOf = (sum: number, value: number, total: number): number =>
  Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;

export function addTo(state: CompensatedSum, value: number): void {
  const total = state.sum + value;
  if (Number.isFinite(total)) state.carry += errorOf(state.sum, value, total);
  state.sum = total;
}

/**
 * The value of a compensated sum at 15 significant digits: what decimal amounts sum to on paper, without the noise of
 * their binary forms.
 */
export const roundedSum = ({ sum, carry }: CompensatedSum): number => Number((sum + carry).toPrecision(15));

function addSize(state: OhlcState, size: number, value: number): void {
  const volume = state.volume + size;
  state.volumeCarry += errorOf(state.volume, size, volume);
  state.volume = volume;
  const quoted = state.quoteVolume + size * value;
  state.quoteCarry += errorOf(state.quoteVolume, size * value, quoted);
  state.quoteVolume = quoted;
  state.sized += 1;
}

/** Running open, high, low, close. Open is the first sample by (time, offset), close the last. */
export interface OhlcState extends CompensatedSum {
  count: number;
  open: number;
  high: number;
  low: number;
  close: number;
  firstTime: Millis;
  firstOffset: number;
  lastTime: Millis;
  lastOffset: number;
  maxGapMs: Millis;
  /** Sums of the sizes, and of the sizes times the values, each with its carry. */
  volume: number;
  volumeCarry: number;
  quoteVolume: number;
  quoteCarry: number;
  /** Samples with a size, and those that are trades. */
  sized: number;
  trades: number;
}

export interface Ohlc {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly mean: number;
  readonly count: number;
  readonly firstTime: Millis;
  readonly lastTime: Millis;
  /** The largest step by which a sample's time passed the newest one before it. */
  readonly maxGapMs: Millis;
  /** Sum of the sizes; null unless every sample has one. */
  readonly volume: number | null;
  /** Sum of the sizes times the values; null unless every sample has a size. */
  readonly quoteVolume: number | null;
  /** Number of samples; null unless each is a trade. */
  readonly trades: number | null;
}

// One literal: adding to an object built with spreads takes five times as long.
export const ohlc: Aggregation<TimedValue, OhlcState, Ohlc> = {
  start: () => ({
    sum: 0,
    carry: 0,
    count: 0,
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    firstTime: 0,
    firstOffset: 0,
    lastTime: 0,
    lastOffset: 0,
    maxGapMs: 0,
    volume: 0,
    volumeCarry: 0,
    quoteVolume: 0,
    quoteCarry: 0,
    sized: 0,
    trades: 0,
  }),
  add: (state, { time, offset, value, size, isTrade }) => {
    if (state.count === 0) {
      state.open = state.high = state.low = state.close = value;
      state.firstTime = state.lastTime = time;
      state.firstOffset = state.lastOffset = offset;
    } else {
      if (value > state.high) state.high = value;
      if (value < state.low) state.low = value;
      if (time < state.firstTime || (time === state.firstTime && offset < state.firstOffset)) {
        state.open = value;
        state.firstTime = time;
        state.firstOffset = offset;
      }
      if (time > state.lastTime || (time === state.lastTime && offset > state.lastOffset)) {
        state.maxGapMs = Math.max(state.maxGapMs, time - state.lastTime);
        state.close = value;
        state.lastTime = time;
        state.lastOffset = offset;
      }
    }
    addTo(state, value);
    state.count += 1;
    if (size !== undefined) addSize(state, size, value);
    if (isTrade) state.trades += 1;
  },
  result: (state) => {
    const { open, high, low, close, sum, carry, count: samples, firstTime, lastTime, maxGapMs } = state;
    // Rounding must not move the mean of equal prices out of [low, high].
    const exact = (sum + carry) / samples;
    const hasSizes = state.sized === samples;
    return {
      open,
      high,
      low,
      close,
      mean: Math.min(high, Math.max(low, exact)),
      count: samples,
      firstTime,
      lastTime,
      maxGapMs,
      volume: hasSizes ? roundedSum({ sum: state.volume, carry: state.volumeCarry }) : null,
      quoteVolume: hasSizes ? roundedSum({ sum: state.quoteVolume, carry: state.quoteCarry }) : null,
      trades: state.trades === samples ? samples : null,
    };
  },
};
