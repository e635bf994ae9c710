import { InvalidRecord } from '../../core/stream/record.ts';
import { joinKey, pairKey } from '../../core/text/key.ts';
import { isObject, type Json, preview } from '../../core/util/json.ts';
import { type Millis, readTime } from '../../core/util/time.ts';

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
  /** ISO 8601 UTC with milliseconds: the event time. */
  readonly last_updated: string;
  readonly polled_at?: string | undefined;
}

/** A value of topic `prices`. Only converted prices have fx fields. */
export interface Price {
  readonly coin: string;
  readonly quote: string;
  readonly price: number;
  /** ISO 8601 UTC with milliseconds: the event time. */
  readonly time: string;
  readonly source: string;
  readonly market_cap?: number | undefined;
  readonly fx_price?: number;
  readonly fx_base?: string;
  readonly fx_source?: string;
  readonly fx_time?: string;
  /** Quote time - rate time. */
  readonly skew_ms?: number;
  /** UTC day of `time`. */
  readonly partition_date?: string;
}

/** Maximum length of a currency symbol. A longer one is a broken line, and would not fit into a state key. */
const LONGEST_SYMBOL = 32;

/** A lone surrogate has no UTF-8 form: symbols that differ only in one would be stored as the same. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function hasLoneSurrogate(text: string): boolean {
  for (let i = 0; i < text.length; i++)
    if ((text.charCodeAt(i) & 0xf800) === 0xd800) return LONE_SURROGATE.test(text);
  return false;
}

const symbol = (value: unknown, field: string): string => {
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_SYMBOL || hasLoneSurrogate(value))
    throw new InvalidRecord(`${field}: ${preview(value)} is not a currency symbol`);
  return value;
};

const positive = (value: unknown, field: string): number => {
  if (typeof value !== 'number' || !(value > 0) || value === Number.POSITIVE_INFINITY)
    throw new InvalidRecord(`${field}: ${preview(value)} is not a positive number`);
  return value;
};

const instant = (value: unknown, field: string): Millis => {
  const time = typeof value === 'string' ? readTime(value) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidRecord(`${field}: ${preview(value)} is not a time`);
  return time;
};

const fields = (value: unknown): Json => {
  if (!isObject(value)) throw new InvalidRecord('not an object');
  return value;
};

/** Checks all but the event time of a parsed value of a `prices-*` topic. Throws InvalidRecord. */
export function checkQuote(value: unknown): Quote {
  const row = fields(value);
  symbol(row.source, 'source');
  symbol(row.base, 'base');
  symbol(row.quote, 'quote');
  positive(row.price, 'price');
  // CoinMarketCap reports 0 for a coin of unknown supply.
  if (row.market_cap != null && row.market_cap !== 0) positive(row.market_cap, 'market_cap');
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
  return { price: row as unknown as Price, time: instant(row.time, 'time') };
}

/** Record key of topics `prices-*`. */
export const quoteKey = ({ base, quote, last_updated }: Quote): string => pairKey(base, quote, last_updated);
/** Record key of topic `prices`. A time needs no escapes. */
export const priceKey = ({ coin, quote, time }: Price): string => `${joinKey(coin, quote)}|${time}`;
