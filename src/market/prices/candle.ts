import type { Ohlc } from '../../core/stream/aggregations.ts';
import { joinKey } from '../../core/text/key.ts';
import { formatSpan, formatTime, type Millis } from '../../core/util/time.ts';

/** A value of topic `candles`. Times are ISO 8601 UTC; the window is [window_start, window_end). */
export interface Candle {
  readonly coin: string;
  readonly quote: string;
  /** The window's length as a span: `10m`. */
  readonly window: string;
  readonly window_start: string;
  readonly window_end: string;
  /** The first sample by (time, offset). Not the exchange's first trade, since sources poll. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Arithmetic mean of the samples, in units of `quote`. */
  readonly mean: number;
  readonly samples: number;
  readonly first_time: string;
  readonly last_time: string;
  /** Largest step by which a sample's time passed the newest one before it. */
  readonly max_gap_ms: Millis;
  /** 1 for the first row of a candle; a larger revision replaces a smaller one. */
  readonly revision: number;
  /** False for a provisional row. */
  readonly final: boolean;
}

export function toCandle(
  pair: { readonly coin: string; readonly quote: string },
  window: { readonly size: Millis; readonly start: Millis },
  ohlc: Ohlc,
  revision: number,
  final: boolean,
): Candle {
  return {
    coin: pair.coin,
    quote: pair.quote,
    window: formatSpan(window.size),
    window_start: formatTime(window.start),
    window_end: formatTime(window.start + window.size),
    open: ohlc.open,
    high: ohlc.high,
    low: ohlc.low,
    close: ohlc.close,
    mean: ohlc.mean,
    samples: ohlc.count,
    first_time: formatTime(ohlc.firstTime),
    last_time: formatTime(ohlc.lastTime),
    max_gap_ms: ohlc.maxGapMs,
    revision,
    final,
  };
}

/** Record key of topic `candles`. A span and a time need no escapes. */
export const candleKey = ({ coin, quote, window, window_start }: Candle): string =>
  `${joinKey(coin, quote)}|${window}|${window_start}`;
