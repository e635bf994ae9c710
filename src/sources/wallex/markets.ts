import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, jsonText, numberOf, preview } from '../../core/util/json.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { type Quote, readQuote } from '../../market/prices/price.ts';
import type { HttpAnswer } from '../shared/http/client.ts';
import { HttpError } from '../shared/http/http-error.ts';

/** Markets by symbol, as Wallex sends them. */
export type Markets = Readonly<Record<string, unknown>>;

export const MARKETS_HINT = 'Name markets of Wallex in --symbols, such as USDTTMN.';

/** The markets in an answer of /v1/markets. Throws HttpError, because every error of Wallex may be transient. */
export function readMarkets({ status, body, retryAfterMs }: HttpAnswer): Markets {
  if (status !== 200) throw new HttpError('status', `HTTP ${status}`, retryAfterMs);
  const { success, message, result } = isObject(body) ? body : {};
  if (success === false)
    throw new HttpError('service', `success: false, ${jsonText(message ?? '')!.slice(0, 200)}`, retryAfterMs);
  const symbols = isObject(result) ? result.symbols : undefined;
  if (!isObject(symbols)) throw new HttpError('service', 'an answer without markets', retryAfterMs);
  return symbols;
}

/** A decimal number, also in exponent form. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function decimal(value: unknown, field: string): number {
  const number = typeof value === 'string' && !DECIMAL.test(value.trim()) ? Number.NaN : numberOf(value);
  if (!Number.isFinite(number) || number <= 0)
    throw new InvalidRecord(`${field}: ${preview(value)} is not a price`);
  return number;
}

/**
 * Rounds to three decimals as the lake-house project does, half to even as in Python. A price below 1 stays as it is,
 * because three decimals would leave little of it.
 */
export function roundPrice(price: number): number {
  if (price < 1) return price;
  const isTie = Math.abs((price * 16) % 2) === 1;
  return isTie ? (2 * Math.round((price * 1000) / 2)) / 1000 : Number(price.toFixed(3));
}

const currency = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

/**
 * The quote of one market. Its event time is the whole second of the poll, because the answer contains no time. Throws
 * InvalidRecord if the market does not exist, or has `-` as its price because nothing was traded yet.
 */
export function toQuote(markets: Markets, symbol: string, polledAt: Millis): Quote {
  const market = Object.hasOwn(markets, symbol) ? markets[symbol] : undefined;
  if (!isObject(market)) throw new InvalidRecord(`no market ${symbol}`);
  const stats = isObject(market.stats) ? market.stats : {};
  return readQuote({
    source: 'wallex',
    base: currency(market.baseAsset),
    quote: currency(market.quoteAsset),
    price: roundPrice(decimal(stats.lastPrice, 'lastPrice')),
    last_updated: formatTime(Math.floor(polledAt / 1000) * 1000),
    polled_at: formatTime(polledAt),
  }).quote;
}
