import type { Part } from '../prices/candle-part.ts';
import type { MarketFacts } from './signal.ts';

/** One series of prices within a window. */
export interface PriceSeries {
  readonly quote: string;
  readonly part: Part;
  /** Closes of its bars, or the last price of each minute, in order of time. */
  readonly closes: readonly number[];
}

const NO_MARKET: MarketFacts = {
  price_quote: null,
  price_source: null,
  log_return: null,
  realised_volatility: null,
  price_range: null,
  volume: null,
  trades: null,
};

/** Orders series, the preferred one first. */
export type SeriesOrder = (a: PriceSeries, b: PriceSeries) => number;

/** Square root of the sum of the squared log returns from the open to each close. */
function volatilityOf({ part, closes }: PriceSeries): number {
  let last = part.open;
  let sum = 0;
  for (const close of closes) {
    sum += Math.log(close / last) ** 2;
    last = close;
  }
  return Math.sqrt(sum);
}

/** The price columns of a window: of one of its series, never a mixture. */
export function marketFacts(series: readonly PriceSeries[], order: SeriesOrder): MarketFacts {
  const [best] = [...series].sort(order);
  if (best === undefined) return NO_MARKET;
  const { part, quote, closes } = best;
  const hasReturn = part.ticks + part.bars > 1 || part.bars > 0;
  return {
    price_quote: quote,
    price_source: part.source,
    log_return: hasReturn ? Math.log(part.close / part.open) : null,
    realised_volatility: closes.length < 2 ? null : volatilityOf(best),
    price_range: Math.log(part.high / part.low),
    volume: part.volume,
    trades: part.trades,
  };
}
