import type { Millis } from '../util/time.ts';

/** One measurement of a key; samples of equal time are ordered by offset. */
export interface TimedValue {
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

/** Neumaier's compensated sum (1974), which carries its rounding error: a million times 0.1 is exactly 100,000. */
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
    // Rounding must not move the mean of equal prices out of [low, high].
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
