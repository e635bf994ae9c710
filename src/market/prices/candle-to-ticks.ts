import type { Millis } from '../../core/util/time.ts';

/** One row of an exchange's history. Prices are in units of the quote currency; `time` is the start. */
export interface CandleRow {
  readonly time: Millis;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** A price at a point in time. */
export interface PricePoint {
  readonly time: Millis;
  readonly price: number;
}

/**
 * The four known prices of a candle in time order: open at its start, the extremes at the thirds, close at its last
 * millisecond. Low comes before high if the candle closes above its open, otherwise high first: the shorter path.
 * Aggregating them over a window of whole candles gives exactly that window's open, high, low and close.
 */
export function candleToTicks(
  candle: CandleRow,
  interval: Millis,
): [PricePoint, PricePoint, PricePoint, PricePoint] {
  const { time, open, high, low, close } = candle;
  const rising = close > open;
  return [
    { time, price: open },
    { time: time + Math.floor(interval / 3), price: rising ? low : high },
    { time: time + Math.floor((interval * 2) / 3), price: rising ? high : low },
    { time: time + interval - 1, price: close },
  ];
}
