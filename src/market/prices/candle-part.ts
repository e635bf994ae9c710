import type { Ohlc } from '../../core/stream/aggregations.ts';
import type { Millis } from '../../core/util/time.ts';

/** What one source contributes to a candle: its ticks, or its bars of one length. Times are epoch ms. */
export interface Part {
  readonly source: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Null where it is unknown of any tick or bar: the sum of the others would be too small. */
  readonly volume: number | null;
  readonly quoteVolume: number | null;
  readonly trades: number | null;
  readonly ticks: number;
  readonly bars: number;
  /** Mean of the ticks; null for bars, which do not know it. */
  readonly mean: number | null;
  readonly firstTime: Millis;
  /** Of the last tick, or the end of the last bar. */
  readonly lastTime: Millis;
  readonly maxGapMs: Millis;
}

/** The part that ticks make. */
export const partOfTicks = (source: string, ohlc: Ohlc): Part => ({
  // Field by field: a spread takes ten times as long.
  source,
  open: ohlc.open,
  high: ohlc.high,
  low: ohlc.low,
  close: ohlc.close,
  volume: ohlc.volume,
  quoteVolume: ohlc.quoteVolume,
  trades: ohlc.trades,
  ticks: ohlc.count,
  bars: 0,
  mean: ohlc.mean,
  firstTime: ohlc.firstTime,
  lastTime: ohlc.lastTime,
  maxGapMs: ohlc.maxGapMs,
});

const sum = (values: readonly (number | null)[]): number | null => {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return Number(total.toPrecision(15));
};

/** Parts of several sources as one; open and close by time, then by the source's name. There is at least one. */
export function mergeParts(source: string, parts: readonly Part[]): Part {
  const [first] = parts;
  if (parts.length === 1) return { ...first!, source };
  const byName = [...parts].sort((a, b) => (a.source < b.source ? -1 : 1));
  const opening = byName.reduce((best, part) => (part.firstTime < best.firstTime ? part : best));
  const closing = byName.reduce((best, part) => (part.lastTime >= best.lastTime ? part : best));
  const ticks = parts.reduce((count, part) => count + part.ticks, 0);
  const means = byName.map((part) => (part.mean === null ? null : part.mean * part.ticks));
  const total = sum(means);
  return {
    source,
    open: opening.open,
    high: Math.max(...parts.map(({ high }) => high)),
    low: Math.min(...parts.map(({ low }) => low)),
    close: closing.close,
    volume: sum(byName.map(({ volume }) => volume)),
    quoteVolume: sum(byName.map(({ quoteVolume }) => quoteVolume)),
    trades: sum(byName.map(({ trades }) => trades)),
    ticks,
    bars: parts.reduce((count, part) => count + part.bars, 0),
    mean: total === null ? null : total / ticks,
    firstTime: opening.firstTime,
    lastTime: closing.lastTime,
    maxGapMs: Math.max(...parts.map(({ maxGapMs }) => maxGapMs)),
  };
}
