import type { Millis } from '../../core/util/time.ts';

/** One row of an exchange's history; prices in units of the quote currency, `time` is its start. */
export interface CandleRow {
  readonly time: Millis;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** A price at an instant. */
export interface Sample {
  readonly time: Millis;
  readonly price: number;
}

/** Shortest candle whose four samples have times of their own. */
export const SHORTEST_CANDLE: Millis = 4;

/**
 * The four prices that a candle is known to have passed, in time order: open at its start, its extremes at the thirds,
 * close at its last millisecond. Low comes before high when it closes above its open, else high first: the shorter
 * path. Folding them over any window made of whole candles gives that window's open, high, low and close exactly.
 */
export function candleToTicks(candle: CandleRow, interval: Millis): [Sample, Sample, Sample, Sample] {
  const { time, open, high, low, close } = candle;
  const rising = close > open;
  return [
    { time, price: open },
    { time: time + Math.floor(interval / 3), price: rising ? low : high },
    { time: time + Math.floor((interval * 2) / 3), price: rising ? high : low },
    { time: time + interval - 1, price: close },
  ];
}
