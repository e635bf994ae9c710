import type { Millis } from '../util/time.ts';

/** One measurement of a key; the offset orders samples of equal time. */
export interface Sample {
  readonly time: Millis;
  readonly offset: number;
  readonly value: number;
}

/** An aggregation as a triple: start, add, result. `A` is plain data. */
export interface Aggregation<V, A, R> {
  readonly start: () => A;
  /** Adds in place. */
  readonly add: (state: A, value: V) => void;
  readonly result: (state: A) => R;
}

/** A sum that carries its rounding error along (Neumaier 1974): a million times 0.1 is 100,000 to the last digit. */
interface CompensatedSum {
  sum: number;
  carry: number;
}

function addTo(state: CompensatedSum, value: number): void {
  const total = state.sum + value;
  state.carry +=
    Math.abs(state.sum) >= Math.abs(value) ? state.sum - total + value : value - total + state.sum;
  state.sum = total;
}

/** Running open, high, low, close. Open is the sample least by (time, offset), close the greatest. */
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
  /** The largest step by which a sample passed the newest one before it. */
  readonly maxGapMs: Millis;
}

// One literal, without spreads: a spread object takes five times as long to add to.
export const ohlc: Aggregation<Sample, OhlcState, Ohlc> = {
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
  }),
  add: (state, { time, offset, value }) => {
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
  },
  result: ({ open, high, low, close, sum, carry, count: samples, firstTime, lastTime, maxGapMs }) => {
    // The mean of equal prices must not leave [low, high] by a rounding.
    const exact = (sum + carry) / samples;
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
    };
  },
};
