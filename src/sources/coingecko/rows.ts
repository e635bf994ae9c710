import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { asFloat, isObject, type Json, preview } from '../../core/util/json.ts';
import { formatTime, type Millis, readTime } from '../../core/util/time.ts';
import { readQuote } from '../../market/prices/price.ts';
import { coinOf } from '../../market/text/coins.ts';
import { quoteHeaders, quoteRecord } from '../shared/quote-record.ts';

/** A coin of /coins/markets. */
export interface GeckoRow {
  /** CoinGecko's name of the coin in addresses: `bitcoin`. */
  readonly id: string;
  readonly name: string;
  /** Lower-case symbol: that of the coin list, so that posts and prices agree, else CoinGecko's. */
  readonly base: string;
  /** In the currency of the request; 0 when CoinGecko gives none. */
  readonly cap: number;
  readonly raw: Json;
}

/** The symbol under which a coin of CoinGecko's is stored. */
export const symbolOf = (symbol: string): string => coinOf(symbol) ?? symbol.toLowerCase();

/** Throws InvalidRecord if it does not describe a coin. */
export function readGeckoRow(raw: unknown): GeckoRow {
  if (!isObject(raw)) throw new InvalidRecord('not an object');
  const { id, symbol, name, market_cap } = raw;
  if (typeof id !== 'string' || id === '') throw new InvalidRecord(`id: ${preview(id)} is not a text`);
  if (typeof symbol !== 'string' || symbol === '' || /[|/@\s]/.test(symbol))
    throw new InvalidRecord(`symbol: ${preview(symbol)} contains a character that a key cannot have`);
  const cap = asFloat(market_cap);
  return {
    id,
    name: typeof name === 'string' ? name : id,
    base: symbolOf(symbol),
    cap: typeof cap === 'number' ? cap : 0,
    raw,
  };
}

/** When the price of a row was made. Throws InvalidRecord if it has no time. */
export function geckoTime({ raw: { last_updated: updated } }: GeckoRow): Millis {
  const time = typeof updated === 'string' ? readTime(updated) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidRecord(`last_updated: ${preview(updated)} is not a time`);
  return time;
}

const SOURCE = 'coingecko';
const HEADERS = quoteHeaders(SOURCE);

/** Where a row goes. */
export interface RowTarget {
  /** Lower-case currency of the request. */
  readonly currency: string;
  readonly polledAt: Millis;
  /** May contain QUOTE_PLACEHOLDERS. */
  readonly topic: string;
}

/** A row as a record. Throws InvalidRecord for an impossible price or market cap. */
export function toRecord(row: GeckoRow, { currency, polledAt, topic }: RowTarget): NewRecord {
  const { current_price, market_cap, total_volume } = row.raw;
  const [price, cap, volume] = [current_price, market_cap, total_volume].map(asFloat);
  const { quote } = readQuote({
    source: SOURCE,
    base: row.base,
    quote: currency,
    price,
    market_cap: cap ?? undefined,
    volume_24h: typeof volume === 'number' && volume >= 0 ? volume : undefined,
    coingecko_id: row.id,
    last_updated: formatTime(geckoTime(row)),
    polled_at: formatTime(polledAt),
  });
  return quoteRecord(quote, { topic, partitionBy: 'quote', headers: HEADERS });
}
