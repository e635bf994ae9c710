import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, type Json, numberOf, objectsOf, parseObject, preview } from '../../core/util/json.ts';
import { epochTime, type Millis, readTime } from '../../core/util/time.ts';
import type { Trade, TradeEvent } from '../shared/trades/service.ts';

/** The snapshot of the newest trades tells at once what was missed. */
export const krakenSubscription = (symbols: readonly string[]): string =>
  JSON.stringify({ method: 'subscribe', params: { channel: 'trade', symbol: symbols, snapshot: true } });

function tradeId(value: unknown): number {
  const number = numberOf(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidRecord(`trade_id: ${preview(value)} is not a whole number`);
  return number;
}

const readStreamed = (raw: Json): Trade => ({
  id: tradeId(raw.trade_id),
  time: typeof raw.timestamp === 'string' ? readTime(raw.timestamp) : Number.NaN,
  price: numberOf(raw.price),
  size: numberOf(raw.qty),
  side: raw.side === 'buy' || raw.side === 'sell' ? raw.side : undefined,
  raw,
});

/** Seconds to the ms that the stream's text of the same time is cut to; floats of today's seconds hold microseconds. */
const wholeMillis = (seconds: number): Millis => epochTime(Math.round(seconds * 1e6) / 1000);

/** A row of the REST answer: price, volume, seconds, b or s, m or l, other, id. Throws InvalidRecord without an id. */
export function readTradeRow(row: unknown): Trade {
  const [price, size, time, side, , , id] = Array.isArray(row) ? row : [];
  return {
    id: tradeId(id),
    time: wholeMillis(numberOf(time)),
    price: numberOf(price),
    size: numberOf(size),
    side: side === 'b' ? 'buy' : side === 's' ? 'sell' : undefined,
    raw: row,
  };
}

/** The trades of each market in a message, by symbol, oldest first. */
function tradeEvents(data: unknown, isSnapshot: boolean): TradeEvent[] {
  const bySymbol = new Map<string, Trade[]>();
  for (const raw of objectsOf(data)) {
    const { symbol } = raw;
    if (typeof symbol !== 'string') throw new InvalidRecord(`symbol: ${preview(symbol)} is not a market`);
    bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), readStreamed(raw)]);
  }
  return [...bySymbol].map(([symbol, trades]) => ({
    kind: 'trades',
    symbol,
    trades: trades.sort((a, b) => a.id - b.id),
    isSnapshot,
  }));
}

function failure(text: string): TradeEvent {
  const isLimit = /exceeded msg rate|rate limit|too many/i.test(text);
  return { kind: 'failed', cause: isLimit ? 'rate limit' : 'connection', reason: text.slice(0, 200) };
}

/** The answer to a subscription, one for each market. */
function readAnswer({ error, success, symbol }: Json): TradeEvent[] {
  if (success !== false) return [];
  const reason = typeof error === 'string' ? error.slice(0, 200) : 'subscription refused';
  if (/^already subscribed/i.test(reason)) return [];
  return typeof symbol === 'string'
    ? [{ kind: 'refused', symbol, reason, retries: false }]
    : [failure(reason)];
}

function readStatus(data: unknown): TradeEvent[] {
  const [status] = objectsOf(data);
  const system = isObject(status) ? status.system : undefined;
  if (typeof system !== 'string') return [];
  return [{ kind: 'state', note: system === 'online' ? undefined : system }];
}

/** What a message of the stream says; unknown ones say nothing. Throws InvalidRecord. */
export function readKrakenMessage(text: string): readonly TradeEvent[] {
  const message = parseObject(text);
  const { channel, type, data, method, Error: error } = message;
  if (typeof error === 'string') return [failure(error)];
  if (channel === 'trade') return tradeEvents(data, type === 'snapshot');
  if (channel === 'status') return readStatus(data);
  return method === 'subscribe' ? readAnswer(message) : [];
}
