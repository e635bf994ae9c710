import { InvalidRecord } from '../../core/stream/record.ts';
import { type Json, numberOf, parseObject, preview } from '../../core/util/json.ts';
import { readTime } from '../../core/util/time.ts';
import type { Trade, TradeEvent } from '../shared/trades/service.ts';

/** The messages that a subscription needs; it must be sent within 5 s of the connect. */
export const coinbaseSubscription = (symbols: readonly string[]): string =>
  JSON.stringify({ type: 'subscribe', product_ids: symbols, channels: ['matches', 'heartbeat'] });

function wholeNumber(value: unknown, field: string): number {
  const number = numberOf(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidRecord(`${field}: ${preview(value)} is not a whole number`);
  return number;
}

/** Coinbase names the maker's side. */
const takerSide = (side: unknown): Trade['side'] =>
  side === 'buy' ? 'sell' : side === 'sell' ? 'buy' : undefined;

/** A trade of the stream or of a request. Throws InvalidRecord without an id. */
export const readMatch = (raw: Json): Trade => ({
  id: wholeNumber(raw.trade_id, 'trade_id'),
  time: typeof raw.time === 'string' ? readTime(raw.time) : Number.NaN,
  price: numberOf(raw.price),
  size: numberOf(raw.size),
  side: takerSide(raw.side),
  raw,
});

function symbolIn({ product_id }: Json): string {
  if (typeof product_id === 'string') return product_id;
  throw new InvalidRecord(`product_id: ${preview(product_id)} is not a product`);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What Coinbase says of a product that it does not stream: the whole subscription fails, and the others are tried again. */
const NO_PRODUCT = /^(\S+) is not a valid product/;

function readError({ message, reason }: Json): TradeEvent {
  const text = [message, reason].map(textOf).filter(Boolean).join(': ').slice(0, 200);
  const product = NO_PRODUCT.exec(textOf(reason))?.[1];
  if (product !== undefined) return { kind: 'refused', symbol: product, reason: text, retries: true };
  const isLimit = /rate limit|too many/i.test(text);
  return {
    kind: 'failed',
    cause: isLimit ? 'rate limit' : 'connection',
    reason: text || 'an error without a message',
  };
}

/** What a message of the stream says; unknown types say nothing. Throws InvalidRecord. */
export function readCoinbaseMessage(text: string): readonly TradeEvent[] {
  const message = parseObject(text);
  switch (message.type) {
    case 'match':
    case 'last_match': {
      const trades = [readMatch(message)];
      return [
        { kind: 'trades', symbol: symbolIn(message), trades, isSnapshot: message.type === 'last_match' },
      ];
    }
    case 'heartbeat':
      return [
        {
          kind: 'heartbeat',
          symbol: symbolIn(message),
          lastId: wholeNumber(message.last_trade_id, 'last_trade_id'),
        },
      ];
    case 'error':
      return [readError(message)];
    default:
      return [];
  }
}
