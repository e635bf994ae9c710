import { joinKey } from '../../core/text/key.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import type { Part } from './candle-part.ts';

/** A value of topic `candles`. Times are ISO 8601 UTC; the window is [window_start, window_end). */
export interface Candle {
  readonly coin: string;
  readonly quote: string;
  /** `all` for the candles of merged sources. */
  readonly source: string;
  /** The window's length as the user gave it: `10m`, `1w`. */
  readonly window: string;
  readonly window_start: string;
  readonly window_end: string;
  /** The first tick by (time, offset), or the open of the first bar. Polled ticks are not the exchange's first trade. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Arithmetic mean of the ticks, in units of `quote`; null for a candle of bars. */
  readonly mean: number | null;
  /** Traded amount in units of `coin`; null unless every tick or bar has it. */
  readonly volume: number | null;
  /** Traded amount in units of `quote`. */
  readonly quote_volume: number | null;
  readonly trades: number | null;
  /** quote_volume / volume. */
  readonly vwap: number | null;
  /** ticks + bars. */
  readonly samples: number;
  readonly ticks: number;
  readonly bars: number;
  readonly first_time: string;
  readonly last_time: string;
  /** Largest step between neighbouring ticks, or from a bar's end to the next one's start. */
  readonly max_gap_ms: Millis;
  /** 1 for the first row of a candle; a larger revision replaces a smaller one. */
  readonly revision: number;
  /** False for a provisional row. */
  readonly final: boolean;
}

const vwapOf = (volume: number | null, quoteVolume: number | null): number | null =>
  volume === null || quoteVolume === null || volume === 0 ? null : quoteVolume / volume;

export function toCandle(
  pair: { readonly coin: string; readonly quote: string },
  window: { readonly name: string; readonly start: Millis; readonly end: Millis },
  part: Part,
  revision: number,
  final: boolean,
): Candle {
  return {
    coin: pair.coin,
    quote: pair.quote,
    source: part.source,
    window: window.name,
    window_start: formatTime(window.start),
    window_end: formatTime(window.end),
    open: part.open,
    high: part.high,
    low: part.low,
    close: part.close,
    mean: part.mean,
    volume: part.volume,
    quote_volume: part.quoteVolume,
    trades: part.trades,
    vwap: vwapOf(part.volume, part.quoteVolume),
    samples: part.ticks + part.bars,
    ticks: part.ticks,
    bars: part.bars,
    first_time: formatTime(part.firstTime),
    last_time: formatTime(part.lastTime),
    max_gap_ms: part.maxGapMs,
    revision,
    final,
  };
}

/** Record key of topic `candles`. A span and a time need no escapes. */
export const candleKey = ({ coin, quote, source, window, window_start }: Candle): string =>
  `${joinKey(coin, quote, source)}|${window}|${window_start}`;
