import { refuseAhead } from '../../core/stream/ahead.ts';
import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { asFloat, type Json, parseExactObject } from '../../core/util/json.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { checkQuote, type Quote } from '../../market/prices/price.ts';
import { readInstant } from '../../market/prices/rows.ts';
import { quoteHeaders, quoteRecord } from '../shared/quote-record.ts';
import type { Shape } from './position.ts';

export interface PriceSettings {
  readonly format: 'auto' | Shape['format'];
  /** Currency symbols; for JSON lines just where a line names none. */
  readonly base: string | undefined;
  readonly quote: string | undefined;
  /** Length of a candle; 0: taken from the first two rows. */
  readonly intervalMs: Millis;
}

const HEADERS = quoteHeaders('file');

/** `topic` may hold QUOTE_PLACEHOLDERS. */
export const toRecord = (quote: Quote, topic: string): NewRecord =>
  quoteRecord(quote, { topic, partitionBy: 'quote', headers: HEADERS });

/** `file-` before a name that has it not yet: what was exported once may be exported again. */
const sourceOf = (given: unknown): unknown => {
  if (given == null) return 'file';
  return typeof given !== 'string' || /^file(-|$)/.test(given) ? given : `file-${given}`;
};

const FLOATS = ['price', 'market_cap', 'volume_24h'];

/** The row with its amounts as floats, however many digits they have. */
function withFloats(row: Json): Json {
  if (!FLOATS.some((name) => typeof row[name] === 'bigint')) return row;
  return { ...row, ...Object.fromEntries(FLOATS.map((name) => [name, asFloat(row[name])])) };
}

const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

/**
 * A quote of a JSON line: `{base, quote, price, last_updated or time, source?, market_cap? ...}`; other fields pass.
 * whole numbers past 2^53 in them are bigints. Its source becomes `file-<source>`, for its times are history: they
 * have none of the live source's bounded lag. Throws InvalidRecord, also for a time later than `latest`.
 */
export function readQuoteLine(
  line: string,
  pair: Pick<PriceSettings, 'base' | 'quote'>,
  latest: Millis,
): Quote {
  // Changed in place: a copy of the row costs as much as reading it.
  const row = withFloats(parseExactObject(line)) as Record<string, unknown>;
  const when = row.last_updated ?? row.time;
  if (typeof when !== 'string' && typeof when !== 'number')
    throw new InvalidRecord('no last_updated and no time');
  const at = readInstant(String(when));
  refuseAhead(at, latest);
  if (row.time !== undefined) row.time = undefined;
  row.source = sourceOf(row.source);
  row.base = lower(row.base ?? pair.base);
  row.quote = lower(row.quote ?? pair.quote);
  row.last_updated = formatTime(at);
  return checkQuote(row);
}
