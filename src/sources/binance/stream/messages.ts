import { InvalidRecord } from '../../../core/stream/record.ts';
import { isObject, type Json, parseObject } from '../../../core/util/json.ts';
import type { Row } from '../../../market/prices/table.ts';

/** A message of Binance's stream. */
export type StreamMessage =
  /** `row`: as in an answer of REST. */
  | { readonly kind: 'kline'; readonly symbol: string; readonly row: Row; readonly isFinal: boolean }
  /** The server is about to close its connections. */
  | { readonly kind: 'shutdown' }
  /** A request was refused. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** An answer to a request, or an event that is not asked for. */
  | { readonly kind: 'other' };

/** The request for the klines of these markets. */
export const subscription = (symbols: readonly string[], interval: string): string =>
  JSON.stringify({
    method: 'SUBSCRIBE',
    params: symbols.map((symbol) => `${symbol.toLowerCase()}@kline_${interval}`),
    id: 1,
  });

function readKline({ s, k }: Json): StreamMessage {
  if (typeof s !== 'string' || !isObject(k) || typeof k.x !== 'boolean' || typeof k.t !== 'number')
    throw new InvalidRecord('a kline without s, k.t or k.x');
  const row = [k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n] as Row;
  return { kind: 'kline', symbol: s, row, isFinal: k.x };
}

/** Parses a message, wrapped with its stream's name or raw. Throws InvalidRecord. */
export function readMessage(text: string): StreamMessage {
  const message = parseObject(text);
  const event = isObject(message.data) ? message.data : message;
  const error = isObject(message.error) ? message.error : message;
  if (event.e === 'kline') return readKline(event);
  if (event.e === 'serverShutdown') return { kind: 'shutdown' };
  if (typeof error.code === 'number' && typeof error.msg === 'string')
    return { kind: 'refused', reason: `${error.code} ${error.msg.slice(0, 200)}` };
  return { kind: 'other' };
}
