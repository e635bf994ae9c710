import { formatTime, type Millis } from '../../core/util/time.ts';
import { isTrade, type Price, type Quote } from './price.ts';

/** The fields of a trade that are there; a size is in units of the coin and needs no conversion. */
const tradeOf = ({ size, side, trade_id }: Pick<Quote, 'size' | 'side' | 'trade_id'>) => ({
  ...(size != null && { size }),
  ...(side != null && { side }),
  ...(trade_id != null && { trade_id }),
});

/** A quote as a value of topic `prices`, unconverted. */
export function toPrice(quote: Quote, time: Millis): Price {
  return {
    coin: quote.base,
    quote: quote.quote,
    price: quote.price,
    time: formatTime(time),
    source: quote.source,
    ...(quote.market_cap != null && { market_cap: quote.market_cap }),
    ...(quote.bar != null && { bar: quote.bar }),
    ...(isTrade(quote) && tradeOf(quote)),
  };
}

/**
 * Converts X/Q by the rate Q/R into X/R at the rate's time, with price and market cap in units of R. `skewMs` is the
 * quote's time minus the rate's.
 */
export function convert(quote: Price, rate: Price, skewMs: Millis): Price {
  return {
    coin: quote.coin,
    quote: rate.quote,
    price: quote.price * rate.price,
    time: rate.time,
    source: quote.source,
    ...(quote.market_cap !== undefined && { market_cap: quote.market_cap * rate.price }),
    ...(isTrade(quote) && tradeOf(quote)),
    fx_base: rate.coin,
    fx_price: rate.price,
    fx_source: rate.source,
    fx_time: rate.time,
    skew_ms: skewMs,
    partition_date: rate.time.slice(0, 10),
  };
}
