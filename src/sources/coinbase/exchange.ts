import { UserError } from '../../core/errors.ts';
import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, objectsOf } from '../../core/util/json.ts';
import { doublingDelay } from '../../core/util/retry.ts';
import { HOUR, MINUTE, type Millis, SECOND } from '../../core/util/time.ts';
import { type HttpAnswer, httpClient } from '../shared/http/client.ts';
import { HttpError } from '../shared/http/http-error.ts';
import { pacedClient } from '../shared/http/paced.ts';
import type { Market } from '../shared/markets.ts';
import type { Trade, TradeRef, TradeService } from '../shared/trades/service.ts';
import type { SourceContext } from '../source.ts';
import { coinbaseSubscription, readCoinbaseMessage, readMatch } from './messages.ts';

export interface CoinbaseUrls {
  readonly coinbaseUrl: string;
  readonly coinbaseWsUrl: string;
}

/** Coinbase allows 10 requests a second. */
const REQUEST_EVERY_MS: Millis = 150;
/** The most trades of one answer. */
const PAGE = 1000;
/** A heartbeat comes every second. */
const SILENCE_MS: Millis = 5 * SECOND;

const reconnect = doublingDelay(SECOND, 30 * SECOND);
const DELAYS: TradeService['delays'] = {
  connection: { after: (failures) => (failures === 1 ? 0 : reconnect(failures - 1)) },
  'rate limit': { after: doublingDelay(5 * SECOND, 5 * MINUTE) },
  maintenance: { after: () => 30 * SECOND },
  block: { after: doublingDelay(MINUTE, HOUR) },
};

/** The body of a good answer. Throws HttpError, and UserError `usage` for an unknown product. */
function bodyOf({ status, body, retryAfterMs }: HttpAnswer, path: string): unknown {
  if (status === 200) return body;
  const message = isObject(body) && typeof body.message === 'string' ? `: ${body.message.slice(0, 200)}` : '';
  if (status === 404)
    throw new UserError('usage', `Coinbase has no ${path}${message}`, 'Name another coin with --coin.');
  const waitMs = Math.max(retryAfterMs, status === 429 ? SECOND : 0);
  throw new HttpError('status', `HTTP ${status}${message}`, waitMs, status);
}

const lower = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

function readProducts(body: unknown): Market[] {
  const products = objectsOf(body).flatMap(({ id, base_currency, quote_currency, status }) =>
    typeof id === 'string' && status !== 'delisted'
      ? [{ symbol: id, base: lower(base_currency), quote: lower(quote_currency) }]
      : [],
  );
  if (products.length === 0) throw new HttpError('service', 'an answer without products');
  return products;
}

/** The trades of an answer, oldest first. */
function readTrades(body: unknown): Trade[] {
  if (!Array.isArray(body)) throw new HttpError('service', 'an answer without trades');
  return objectsOf(body)
    .flatMap((raw) => {
      try {
        return [readMatch(raw)];
      } catch (error) {
        // Without an id it is a trade that is missing, as if it had not been sent.
        if (!(error instanceof InvalidRecord)) throw error;
        return [];
      }
    })
    .sort((a, b) => a.id - b.id);
}

/** Coinbase Exchange: trades are numbered by product, and answers end before an id. */
export function coinbaseExchange(urls: CoinbaseUrls, context: SourceContext): TradeService {
  const client = pacedClient(httpClient(urls.coinbaseUrl, context), REQUEST_EVERY_MS, context);

  /** Trades before an id; undefined: the newest. */
  async function tradesBefore(symbol: string, before: number | undefined, limit: number): Promise<Trade[]> {
    const path = `/products/${encodeURIComponent(symbol)}/trades`;
    const query = before === undefined ? '' : `after=${before}&`;
    return readTrades(bodyOf(await client.get(`${path}?${query}limit=${limit}`), path));
  }

  const newest = async (symbol: string) => (await tradesBefore(symbol, undefined, 1)).at(-1);

  return {
    name: 'coinbase',
    socketUrl: urls.coinbaseWsUrl,
    silenceMs: SILENCE_MS,
    delays: DELAYS,
    subscribe: (symbols) => [coinbaseSubscription(symbols)],
    read: readCoinbaseMessage,
    newest,
    async list() {
      const answer = await client.get('/products');
      return { markets: readProducts(bodyOf(answer, '/products')), answer };
    },
    async page(symbol, after, before) {
      const end = Math.min(before, after.id + PAGE + 1);
      const trades = await tradesBefore(symbol, end, PAGE);
      return { trades: trades.filter(({ id }) => id > after.id), through: end - 1 };
    },
    async seek(symbol, time) {
      const last = await newest(symbol);
      if (last === undefined) return undefined;
      let low: TradeRef = { id: 0, time };
      let high: TradeRef = last;
      if (last.time < time) return last;
      // Times grow with ids: the trade before `high` is looked at until it is the first one.
      while (high.id - low.id > 1) {
        const middle = Math.floor((low.id + high.id) / 2);
        const found = (await tradesBefore(symbol, middle + 1, 1)).at(-1);
        if (found === undefined || found.time < time) low = { id: middle, time };
        else high = found;
      }
      return { id: high.id - 1, time };
    },
    close: () => client.close(),
  };
}
