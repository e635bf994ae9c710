import { isObject, objectsOf } from '../../../core/util/json.ts';
import { formatSpan, formatTime, type Millis, SECOND } from '../../../core/util/time.ts';
import type { Row } from '../../../market/prices/table.ts';
import { type HttpAnswer, httpClient } from '../../shared/http/client.ts';
import { HttpError } from '../../shared/http/http-error.ts';
import type { Market } from '../../shared/markets.ts';
import type { SourceContext } from '../../source.ts';
import { goodBody, isInvalidSymbol, regionBlocked } from './refusals.ts';
import { weightBudget } from './weights.ts';

/** Rows of one answer. */
const MOST_ROWS = 1000;
const WEIGHTS = { exchangeInfo: 20, klines: 2 };
/** A bar may still change this long after its end. */
const FINAL_AFTER_MS: Millis = 2 * SECOND;

/** A market with its state: TRADING, BREAK ... */
export interface ListedMarket extends Market {
  readonly status: string;
}

export interface KlinePage {
  /** Oldest first, final bars only. */
  readonly rows: readonly Row[];
  /** Bars that end after this may be missing from `rows` because they are not final. */
  readonly finalUntil: Millis;
  readonly isFull: boolean;
  readonly receivedAt: string;
}

/** Each method throws what goodBody throws, and HttpError for an answer that is not to be used. */
export interface BinanceApi {
  readonly host: string;
  /** The markets of these symbols, or all markets if one of the symbols does not exist. */
  markets(symbols: readonly string[]): Promise<{ markets: readonly ListedMarket[]; answer: HttpAnswer }>;
  /** At most 1,000 klines that start within [from, to). */
  klines(symbol: string, interval: Millis, from: Millis, to?: Millis): Promise<KlinePage>;
  /** When the first bar at or after `from` begins; undefined if there is none yet. */
  firstStart(symbol: string, interval: Millis, from: Millis): Promise<Millis | undefined>;
  close(): Promise<void>;
}

const unusable = (what: string) => new HttpError('service', `an answer without ${what}`);

function readMarket({
  symbol,
  status,
  baseAsset,
  quoteAsset,
}: Readonly<Record<string, unknown>>): ListedMarket[] {
  if (typeof symbol !== 'string' || typeof baseAsset !== 'string' || typeof quoteAsset !== 'string')
    return [];
  return [{ symbol, base: baseAsset.toLowerCase(), quote: quoteAsset.toLowerCase(), status: String(status) }];
}

/**
 * The end of the last bar that cannot change any more. By Binance's own clock, never by ours, which may be ahead; without
 * it, a bar is final once a later one has begun, as the one at `to` has.
 */
const finalUntilOf = (rows: readonly Row[], { serverTime }: HttpAnswer, to: Millis | undefined): Millis =>
  serverTime === undefined
    ? (to ?? Number(rows.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY))
    : serverTime - FINAL_AFTER_MS;

const isRows = (rows: unknown, interval: Millis): rows is readonly Row[] =>
  Array.isArray(rows) && rows.every((row) => Array.isArray(row) && Number(row[0]) % interval === 0);

export function binanceApi(url: string, context: SourceContext): BinanceApi {
  const { host } = new URL(url);
  const client = httpClient(url, context);
  const weights = weightBudget(context.now);

  async function get(path: string, weight: number): Promise<HttpAnswer> {
    await weights.spend(weight, context);
    try {
      const answer = await client.get(path);
      weights.correct(answer);
      return answer;
    } catch (error) {
      // Its page for closed regions need not be JSON.
      if (error instanceof HttpError && error.status === 451) throw regionBlocked(host);
      throw error;
    }
  }

  async function askRows(symbol: string, interval: Millis, bounds: Record<string, string>, limit: number) {
    const query = new URLSearchParams({
      symbol,
      interval: formatSpan(interval),
      ...bounds,
      limit: String(limit),
    });
    const answer = await get(`/api/v3/klines?${query}`, WEIGHTS.klines);
    const rows = goodBody(answer, host, symbol);
    if (!isRows(rows, interval)) throw unusable('klines');
    return { rows, answer };
  }

  return {
    host,
    async markets(symbols) {
      const names = encodeURIComponent(JSON.stringify(symbols));
      let answer = await get(`/api/v3/exchangeInfo?symbols=${names}`, WEIGHTS.exchangeInfo);
      if (isInvalidSymbol(answer))
        answer = await get('/api/v3/exchangeInfo?showPermissionSets=false', WEIGHTS.exchangeInfo);
      const body = goodBody(answer, host);
      if (!isObject(body) || !Array.isArray(body.symbols)) throw unusable('markets');
      weights.readLimit(body);
      return { markets: objectsOf(body.symbols).flatMap(readMarket), answer };
    },
    async firstStart(symbol, interval, from) {
      const { rows } = await askRows(symbol, interval, { startTime: String(from) }, 1);
      return rows.length === 0 ? undefined : Number(rows[0]![0]);
    },
    async klines(symbol, interval, from, to) {
      const bounds = { startTime: String(from), ...(to !== undefined && { endTime: String(to - 1) }) };
      const { rows, answer } = await askRows(symbol, interval, bounds, MOST_ROWS);
      const finalUntil = finalUntilOf(rows, answer, to);
      return {
        rows: rows.filter(([start]) => Number(start) + interval <= finalUntil),
        finalUntil,
        isFull: rows.length === MOST_ROWS,
        receivedAt: formatTime(answer.answeredAt),
      };
    },
    close: client.close,
  };
}
