import { formatTime, type Millis } from '../../core/util/time.ts';
import type { Price, Quote } from './price.ts';

/** A quote as a value of topic `prices`, in its own currency. */
export function toPrice(quote: Quote, time: Millis): Price {
  return {
    coin: quote.base,
    quote: quote.quote,
    price: quote.price,
    time: formatTime(time),
    source: quote.source,
    ...(quote.market_cap != null && { market_cap: quote.market_cap }),
  };
}

/**
 * X/Q by the rate Q/R: X/R at the rate's time, price and market cap in units of R. `skewMs` is the quote's time -
 * the rate's. 64-bit floats: the seed kept 32 bits, which is off by up to 65,000 in a cap of 1.27e12.
 */
export function convert(quote: Price, rate: Price, skewMs: Millis): Price {
  return {
    coin: quote.coin,
    quote: rate.quote,
    price: quote.price * rate.price,
    time: rate.time,
    source: quote.source,
    ...(quote.market_cap !== undefined && { market_cap: quote.market_cap * rate.price }),
    fx_base: rate.coin,
    fx_price: rate.price,
    fx_source: rate.source,
    fx_time: rate.time,
    skew_ms: skewMs,
    partition_date: rate.time.slice(0, 10),
  };
}
