import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { asFloat, preview } from '../../core/util/json.ts';
import { formatTime, type Millis, readTime } from '../../core/util/time.ts';
import { readQuote } from '../../market/prices/price.ts';
import { quoteHeaders, quoteRecord } from '../shared/quote-record.ts';
import { type ListingRow, quoteIn } from './rows.ts';

/** One price of a row, not yet validated. */
export interface FoundQuote {
  readonly row: ListingRow;
  /** Lower-case symbols of the coin and the currency. */
  readonly base: string;
  readonly quote: string;
  readonly time: Millis;
  /** As received. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The price of a row in an upper-case currency. Throws InvalidRecord if there is none or it has no time. */
export function findQuote(row: ListingRow, base: string, currency: string): FoundQuote {
  const fields = quoteIn(row, currency);
  if (fields === undefined) throw new InvalidRecord(`no quote in ${currency}`);
  const updated = fields.last_updated ?? (row.raw as Record<string, unknown>).last_updated;
  const time = typeof updated === 'string' ? readTime(updated) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidRecord(`last_updated: ${preview(updated)} is not a time`);
  return { row, base, quote: currency.toLowerCase(), time, fields };
}

const SOURCE = 'coinmarketcap';
const HEADERS = quoteHeaders(SOURCE);

/**
 * A price as a record of topic prices-coinmarketcap, without the fields that CoinMarketCap does not know. `topic` may
 * contain QUOTE_PLACEHOLDERS. Throws InvalidRecord for an impossible price or market cap.
 */
export function toRecord(
  { row, base, quote, time, fields }: FoundQuote,
  polledAt: Millis,
  topic: string,
): NewRecord {
  const [price, market_cap, volume_24h] = [fields.price, fields.market_cap, fields.volume_24h].map(asFloat);
  const { quote: checked } = readQuote({
    source: SOURCE,
    base,
    quote,
    price,
    market_cap: market_cap ?? undefined,
    volume_24h: typeof volume_24h === 'number' && volume_24h >= 0 ? volume_24h : undefined,
    cmc_id: row.id,
    cmc_rank: row.rank,
    last_updated: formatTime(time),
    polled_at: formatTime(polledAt),
  });
  return quoteRecord(checked, { topic, partitionBy: 'quote', headers: HEADERS });
}
