import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, preview } from '../../core/util/json.ts';
import { COINS } from '../../market/text/coin-list.ts';

/** A coin of an answer, as it came. */
export interface Row {
  readonly id: number;
  readonly symbol: string;
  readonly name: string;
  /** Undefined where CoinMarketCap gives none. */
  readonly rank: number | undefined;
  /** As it came; `quoteIn` reads it. */
  readonly quotes: unknown;
  readonly raw: unknown;
}

/** `data` of listings (an array), of quotes by id (id -> row) or by symbol (symbol -> row or rows), and of version 3 (an array). */
export function rowsOf(data: unknown): readonly unknown[] {
  if (Array.isArray(data)) return data;
  return isObject(data) ? Object.values(data).flat() : [];
}

/** The quote in an upper-case currency, of a map by currency or of an array (version 3) whose quotes name theirs. */
export function quoteIn({ quotes }: Row, currency: string): Readonly<Record<string, unknown>> | undefined {
  const found = Array.isArray(quotes)
    ? quotes.find((each) => isObject(each) && each.symbol === currency)
    : isObject(quotes) && Object.hasOwn(quotes, currency) && quotes[currency];
  return isObject(found) ? found : undefined;
}

/** Throws InvalidRecord for what names no coin. */
export function readRow(raw: unknown): Row {
  if (!isObject(raw)) throw new InvalidRecord('no object');
  const { id, symbol, name, cmc_rank: rank, quote } = raw;
  if (!Number.isSafeInteger(id)) throw new InvalidRecord(`id: ${preview(id)} is no number`);
  if (typeof symbol !== 'string' || /[|/@\s]/.test(symbol))
    throw new InvalidRecord(`symbol: ${preview(symbol)} cannot be a part of a key`);
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

/** The symbol by which this program knows a coin, so that posts and prices agree; else CoinMarketCap's. */
export const baseOf = ({ id, symbol }: Row): string => KNOWN.get(id) ?? symbol.toLowerCase();

/** Which of two coins of one symbol is meant: one that this program knows, then the better rank, then the older. */
export function isBetter(a: Row, b: Row): boolean {
  const [aKnown, bKnown] = [KNOWN.has(a.id), KNOWN.has(b.id)];
  if (aKnown !== bKnown) return aKnown;
  const [aRank, bRank] = [a.rank ?? Number.MAX_SAFE_INTEGER, b.rank ?? Number.MAX_SAFE_INTEGER];
  return aRank === bRank ? a.id < b.id : aRank < bRank;
}
