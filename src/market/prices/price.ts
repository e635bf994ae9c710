import { InvalidRecord } from '../../core/stream/record.ts';
import { joinKey, pairKey } from '../../core/text/key.ts';
import { type Json, preview } from '../../core/util/json.ts';
import { type Millis, readTime } from '../../core/util/time.ts';
import { amount, fields, instant, positive, symbol } from './checks.ts';

/** A value of topics `prices-*`: the price of a pair at a time, as reported by one source. */
export interface Quote {
  readonly source: string;
  /** Lower-case currency symbols: `btc` priced in `usdt`. */
  readonly base: string;
  readonly quote: string;
  /** Units of `quote` for one `base`. */
  readonly price: number;
  /** In units of `quote`. */
  readonly market_cap?: number | undefined;
  readonly volume_24h?: number | undefined;
  /** Traded amount in units of `base`; only trades have it. */
  readonly size?: number | undefined;
  /** Side of the taker. */
  readonly side?: 'buy' | 'sell' | undefined;
  /** The exchange's id of the trade. */
  readonly trade_id?: string | undefined;
  /** The length of the bar whose close it is, beside a market cap: it makes no candle. */
  readonly bar?: string | undefined;
  /** ISO 8601 UTC with milliseconds: the event time. */
  readonly last_updated: string;
  readonly polled_at?: string | undefined;
  /** When the service sent it; only live trades have it. */
  readonly received_at?: string | undefined;
}

/** A value of topic `prices`. Only converted prices have fx fields. */
export interface Price {
  readonly coin: string;
  readonly quote: string;
  readonly price: number;
  /** ISO 8601 UTC with milliseconds: the event time. */
  readonly time: string;
  /** As in `Quote`. */
  readonly bar?: string;
  readonly source: string;
  readonly market_cap?: number | undefined;
  /** Traded amount in units of `coin`; only trades have it. */
  readonly size?: number | undefined;
  readonly side?: 'buy' | 'sell' | undefined;
  readonly trade_id?: string | undefined;
  readonly fx_price?: number;
  readonly fx_base?: string;
  readonly fx_source?: string;
  readonly fx_time?: string;
  /** Quote time - rate time. */
  readonly skew_ms?: number;
  /** UTC day of `time`. */
  readonly partition_date?: string;
}

/** Checks the fields that only trades have. */
function checkTrade({ size, side, trade_id }: Json): void {
  if (size != null) amount(size, 'size');
  if (side != null && side !== 'buy' && side !== 'sell')
    throw new InvalidRecord(`side: ${preview(side)} is neither buy nor sell`);
  if (trade_id != null && typeof trade_id !== 'string')
    throw new InvalidRecord(`trade_id: ${preview(trade_id)} is not a text`);
}

/** Whether it is a trade, and not an answer of a service that may give it again. */
export const isTrade = ({ size, trade_id }: Pick<Quote, 'size' | 'trade_id'>): boolean =>
  size != null || trade_id != null;

/** Checks all but the event time of a parsed value of a `prices-*` topic. Throws InvalidRecord. */
function checkQuote(value: unknown): Quote {
  const row = fields(value);
  symbol(row.source, 'source');
  symbol(row.base, 'base');
  symbol(row.quote, 'quote');
  positive(row.price, 'price');
  // CoinMarketCap reports 0 for a coin of unknown supply.
  if (row.market_cap != null && row.market_cap !== 0) positive(row.market_cap, 'market_cap');
  checkTrade(row);
  return row as unknown as Quote;
}

/** Checks a parsed value of a `prices-*` topic and gives its event time. Throws InvalidRecord. */
export function readQuote(value: unknown): { quote: Quote; time: Millis } {
  const quote = checkQuote(value);
  return { quote, time: instant(quote.last_updated, 'last_updated') };
}

const timeIn =
  (field: string) =>
  (value: unknown): Millis => {
    const text = (value as Record<string, unknown> | null)?.[field];
    return typeof text === 'string' ? readTime(text) : Number.NaN;
  };

/** The event time of a parsed value of a `prices-*` topic, and of topic `prices`; NaN if it has none. */
export const quoteTime = timeIn('last_updated');
export const priceTime = timeIn('time');

/** Validates a parsed value of topic `prices` and returns it with its event time. Throws InvalidRecord. */
export function readPrice(value: unknown): { price: Price; time: Millis } {
  const row = fields(value);
  symbol(row.coin, 'coin');
  symbol(row.quote, 'quote');
  symbol(row.source, 'source');
  positive(row.price, 'price');
  checkTrade(row);
  return { price: row as unknown as Price, time: instant(row.time, 'time') };
}

/** Record key of topics `prices-*`. Several trades may have one time, so that their ids distinguish them. */
export const quoteKey = ({ base, quote, last_updated, trade_id }: Quote): string =>
  pairKey(base, quote, trade_id ?? last_updated);
/** Record key of topic `prices`. */
export const priceKey = ({ coin, quote, time, trade_id }: Price): string =>
  trade_id == null ? joinKey(coin, quote, time) : joinKey(coin, quote, time, trade_id);
