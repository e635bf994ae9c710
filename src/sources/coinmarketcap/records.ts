import { type NewRecord, Unreadable } from '../../core/record.ts';
import { formatTime, type Millis, readTime } from '../../core/time.ts';
import { type Quote, quoteKey, readQuote } from '../../market/price.ts';
import { rejectedPart } from '../rejected.ts';
import type { Owners } from './owners.ts';
import { type Row, readRow } from './rows.ts';
import type { SeenQuotes } from './seen.ts';

const SOURCE = 'coinmarketcap';
const HEADERS = { source: SOURCE, schema: 'quote/1' } as const;

/** How an answer becomes records. */
export interface Writing {
  /** May hold `{coin}`. */
  readonly topic: string;
  /** Upper-case currencies. */
  readonly converts: readonly string[];
  /** Also what was written before. */
  readonly keepCached: boolean;
  readonly owners: Owners;
  readonly seen: SeenQuotes;
}

export interface Written {
  readonly records: readonly NewRecord[];
  readonly quotes: number;
  /** Of the quotes, those seen before. */
  readonly cached: number;
  /** Coins left out, for a better one has their symbol. */
  readonly shadowed: number;
}

function lastUpdated(row: Row, quote: Readonly<Record<string, unknown>>): Millis {
  const told = quote.last_updated ?? (row.raw as Record<string, unknown>).last_updated;
  const time = typeof told === 'string' ? readTime(told) : Number.NaN;
  if (Number.isNaN(time))
    throw new Unreadable(`last_updated: ${JSON.stringify(told)?.slice(0, 60)} is no time`);
  return time;
}

/** A quote as topic prices-coinmarketcap has it; what CoinMarketCap does not know is left out. Throws Unreadable. */
function toRecord(
  row: Row,
  base: string,
  quote: string,
  time: Millis,
  polledAt: Millis,
  topic: string,
): NewRecord {
  const { price, market_cap, volume_24h } = row.quotes.get(quote.toUpperCase())!;
  const value = {
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
  };
  const checked: Quote = readQuote(value).quote;
  return {
    topic: topic.replaceAll('{coin}', base),
    by: quote,
    key: quoteKey(checked),
    value: JSON.stringify(checked),
    headers: HEADERS,
  };
}

/** The rows of an answer as records: what is new, and rejects for what cannot be used. */
export function quoteRecords(raws: readonly unknown[], polledAt: Millis, writing: Writing): Written {
  const { topic, converts, keepCached, owners, seen } = writing;
  const records: NewRecord[] = [];
  let quotes = 0;
  let cached = 0;

  const reject = (what: string, part: unknown, error: unknown): void => {
    if (!(error instanceof Unreadable)) throw error;
    records.push(rejectedPart({ source: SOURCE, topic, what, part, why: error.message, polledAt }));
  };
  const write = (row: Row, base: string, currency: string): void => {
    const given = row.quotes.get(currency);
    if (given === undefined) throw new Unreadable(`no quote in ${currency}`);
    const time = lastUpdated(row, given);
    const quote = currency.toLowerCase();
    const isNew = seen.add(base, quote, time);
    quotes++;
    if (!isNew) cached++;
    if (isNew || keepCached) records.push(toRecord(row, base, quote, time, polledAt, topic));
  };

  const rows = raws.flatMap((raw) => {
    try {
      return [readRow(raw)];
    } catch (error) {
      reject('row', raw, error);
      return [];
    }
  });
  const owned = owners.choose(rows);
  for (const [base, row] of owned)
    for (const currency of converts)
      try {
        write(row, base, currency);
      } catch (error) {
        reject(`${base}/${currency.toLowerCase()}`, row.raw, error);
      }
  return { records, quotes, cached, shadowed: rows.length - owned.size };
}
