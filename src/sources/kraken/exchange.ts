import { UserError } from '../../core/errors.ts';
import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, type Json } from '../../core/util/json.ts';
import { doublingDelay } from '../../core/util/retry.ts';
import { HOUR, MINUTE, type Millis, SECOND } from '../../core/util/time.ts';
import { type HttpAnswer, httpClient } from '../shared/http/client.ts';
import { HttpError } from '../shared/http/http-error.ts';
import { pacedClient } from '../shared/http/paced.ts';
import type { Market } from '../shared/markets.ts';
import type { Trade, TradeService } from '../shared/trades/service.ts';
import type { SourceContext } from '../source.ts';
import { krakenSubscription, readKrakenMessage, readTradeRow } from './messages.ts';

export interface KrakenUrls {
  readonly krakenUrl: string;
  readonly krakenWsUrl: string;
}

/** Kraken allows about one request a second. */
const REQUEST_EVERY_MS: Millis = 1100;
/** The most trades of one answer. */
const PAGE = 1000;
/** A heartbeat comes about every second. */
const SILENCE_MS: Millis = 10 * SECOND;
/** After an answer that says the limit is exceeded. */
const LIMIT_WAIT_MS: Millis = 15 * SECOND;

const DELAYS: TradeService['delays'] = {
  // Kraken blocks an address for 10 minutes after about 150 connects in 10 minutes.
  connection: { after: (failures) => (failures === 1 ? 0 : 5 * SECOND) },
  'rate limit': { after: doublingDelay(30 * SECOND, 10 * MINUTE) },
  maintenance: { after: () => 30 * SECOND },
  block: { after: doublingDelay(10 * MINUTE, HOUR) },
};

const BAD_PAIR = /^EQuery:Unknown asset pair|^EGeneral:Invalid arguments/;
const LIMITS = /rate limit|too many requests/i;

/** The result of a good answer; errors come with status 200. Throws HttpError, and UserError `usage` for an unknown pair. */
function resultOf({ status, body, retryAfterMs }: HttpAnswer, what: string): Json {
  const { error, result } = isObject(body) ? body : {};
  const text = Array.isArray(error) ? error.map(String).join(', ').slice(0, 200) : '';
  if (BAD_PAIR.test(text))
    throw new UserError('usage', `Kraken refuses ${what}: ${text}`, 'Name another coin with --coin.');
  if (text !== '')
    throw new HttpError(
      'service',
      text,
      Math.max(retryAfterMs, LIMITS.test(text) ? LIMIT_WAIT_MS : 0),
      status,
    );
  if (status !== 200) throw new HttpError('status', `HTTP ${status}`, retryAfterMs, status);
  if (!isObject(result)) throw new HttpError('service', 'an answer without a result', retryAfterMs);
  return result;
}

/** Kraken's own names of two coins, which its streams do not use any more. */
const CODES: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' };

interface KrakenMarket extends Market {
  /** The name in requests. */
  readonly pair: string;
}

function readPairs(result: Json): KrakenMarket[] {
  const pairs = Object.values(result).flatMap((value) => {
    const { wsname, altname } = isObject(value) ? value : {};
    if (typeof wsname !== 'string' || typeof altname !== 'string') return [];
    const [base, quote] = wsname.split('/').map((code) => CODES[code] ?? code);
    if (!base || !quote) return [];
    return [
      { symbol: `${base}/${quote}`, base: base.toLowerCase(), quote: quote.toLowerCase(), pair: altname },
    ];
  });
  if (pairs.length === 0) throw new HttpError('service', 'an answer without markets');
  return pairs;
}

interface Answered {
  /** Oldest first. */
  readonly trades: readonly Trade[];
  /** The cursor of the next answer, in ns; undefined after the newest trade. */
  readonly next: string | undefined;
}

function readAnswered({ last, ...others }: Json): Answered {
  // The key is Kraken's name of the pair, not the one that was asked for.
  const rows = Object.values(others).find(Array.isArray);
  if (rows === undefined) throw new HttpError('service', 'an answer without trades');
  const trades: Trade[] = [];
  for (const row of rows)
    try {
      trades.push(readTradeRow(row));
    } catch (error) {
      // Without an id it is a trade that is missing, as if it had not been sent.
      if (!(error instanceof InvalidRecord)) throw error;
    }
  trades.sort((a, b) => a.id - b.id);
  const isFull = rows.length >= PAGE && (typeof last === 'string' || typeof last === 'number');
  return { trades, next: isFull ? String(last) : undefined };
}

/** Kraken: trades are numbered by market, and answers begin after a time. */
export function krakenExchange(urls: KrakenUrls, context: SourceContext): TradeService {
  const client = pacedClient(httpClient(urls.krakenUrl, context), REQUEST_EVERY_MS, context);
  const pairs = new Map<string, string>();

  /** Trades after a time in ns; undefined: the newest. */
  async function tradesSince(symbol: string, since: string | undefined): Promise<Answered> {
    const pair = pairs.get(symbol) ?? symbol.replace('/', '');
    const from = since === undefined ? '' : `&since=${since}`;
    const answer = await client.get(`/0/public/Trades?pair=${encodeURIComponent(pair)}&count=${PAGE}${from}`);
    return readAnswered(resultOf(answer, symbol));
  }

  const newest = async (symbol: string) => (await tradesSince(symbol, undefined)).trades.at(-1);

  return {
    name: 'kraken',
    socketUrl: urls.krakenWsUrl,
    silenceMs: SILENCE_MS,
    delays: DELAYS,
    subscribe: (symbols) => [krakenSubscription(symbols)],
    read: readKrakenMessage,
    newest,
    async list() {
      const answer = await client.get('/0/public/AssetPairs');
      const markets = readPairs(resultOf(answer, 'AssetPairs'));
      for (const { symbol, pair } of markets) pairs.set(symbol, pair);
      return { markets, answer };
    },
    async page(symbol, after) {
      // From 1 ms before the last trade: times are rounded, and several trades may have one time.
      let since: string | undefined = `${after.time - 1}000000`;
      for (;;) {
        const { trades, next }: Answered = await tradesSince(symbol, since);
        const later = trades.filter(({ id }) => id > after.id);
        // A full answer may hold earlier trades of the same millisecond alone.
        if (later.length > 0 || next === undefined || next === since)
          return { trades: later, through: later.at(-1)?.id ?? after.id };
        since = next;
      }
    },
    async seek(symbol, time) {
      const { trades } = await tradesSince(symbol, `${time - 1}999999`);
      const first = trades.find((trade) => trade.time >= time);
      if (first !== undefined) return { id: first.id - 1, time };
      const last = trades.at(-1) ?? (await newest(symbol));
      return last && { id: last.id, time: last.time };
    },
    close: () => client.close(),
  };
}
