import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, preview } from '../../core/util/json.ts';
import { COINS } from '../../market/text/coin-list.ts';

/** A coin of an answer. */
export interface ListingRow {
  readonly id: number;
  readonly symbol: string;
  readonly name: string;
  /** Undefined when CoinMarketCap gives none. */
  readonly rank: number | undefined;
  /** As received; see `quoteIn`. */
  readonly quotes: unknown;
  readonly raw: unknown;
}

/** The rows in `data`: of listings and version 3 (arrays), of quotes by id (id -> row) or by symbol (symbol -> row or rows). */
export function rowsOf(data: unknown): readonly unknown[] {
  if (Array.isArray(data)) return data;
  return isObject(data) ? Object.values(data).flat() : [];
}

/** The quote in an upper-case currency, from a map by currency or a version 3 array of quotes with `symbol`. */
export function quoteIn(
  { quotes }: ListingRow,
  currency: string,
): Readonly<Record<string, unknown>> | undefined {
  const found = Array.isArray(quotes)
    ? quotes.find((each) => isObject(each) && each.symbol === currency)
    : isObject(quotes) && Object.hasOwn(quotes, currency) && quotes[currency];
  return isObject(found) ? found : undefined;
}

/** Throws InvalidRecord if it does not describe a coin. */
export function readRow(raw: unknown): ListingRow {
  if (!isObject(raw)) throw new InvalidRecord('not an object');
  const { id, symbol, name, cmc_rank: rank, quote } = raw;
  if (!Number.isSafeInteger(id)) throw new InvalidRecord(`id: ${preview(id)} is not a number`);
  if (typeof symbol !== 'string' || /[|/@\s]/.test(symbol))
    throw new InvalidRecord(`symbol: ${preview(symbol)} contains a character that a key cannot have`);
  return {
    id: id as number,
    symbol,
    name: typeof name === 'string' ? name : symbol,
    rank: typeof rank === 'number' ? rank : undefined,
    quotes: quote,
    raw,
  };
}

const KNOWN: ReadonlyMap<number, string> = new Map(
  COINS.flatMap(({ cmcId, symbol }) => (cmcId === undefined ? [] : [[cmcId, symbol] as const])),
);

/** A coin's symbol in the coin list, so that posts and prices agree; otherwise CoinMarketCap's. */
export const baseOf = ({ id, symbol }: ListingRow): string => KNOWN.get(id) ?? symbol.toLowerCase();

/** Whether `a` takes precedence over `b`, which has the same symbol: coins of the coin list first, then the better rank, then the smaller id. */
export function isBetter(a: ListingRow, b: ListingRow): boolean {
  const [aKnown, bKnown] = [KNOWN.has(a.id), KNOWN.has(b.id)];
  if (aKnown !== bKnown) return aKnown;
  const [aRank, bRank] = [a.rank ?? Number.MAX_SAFE_INTEGER, b.rank ?? Number.MAX_SAFE_INTEGER];
  return aRank === bRank ? a.id < b.id : aRank < bRank;
}
