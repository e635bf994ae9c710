import { refuseAhead } from '../../../core/stream/ahead.ts';
import { InvalidRecord, type NewRecord } from '../../../core/stream/record.ts';
import { formatTime, type Millis } from '../../../core/util/time.ts';
import { readQuote } from '../../../market/prices/price.ts';
import type { Market } from '../markets.ts';
import { type QuoteOrigin, quoteRecord } from '../quote-record.ts';
import { rejectedPart } from '../rejects.ts';
import type { ReceivedTrade } from './service.ts';

export interface TradeOrigin extends Pick<QuoteOrigin, 'topic' | 'headers'> {
  readonly source: string;
  readonly market: Market;
  /** The latest acceptable time. */
  readonly latest: Millis;
}

/** A trade as a quote of its pair; a reject if a field is wrong or its time too far ahead. */
export function tradeRecord(trade: ReceivedTrade, origin: TradeOrigin): NewRecord {
  const { source, market, topic, headers, latest } = origin;
  const { id, time, price, size, side, raw, receivedAt } = trade;
  try {
    if (Number.isNaN(time)) throw new InvalidRecord('its time is not a time');
    if (side === undefined) throw new InvalidRecord('its side is neither buy nor sell');
    refuseAhead(time, latest);
    const { quote } = readQuote({
      source,
      base: market.base,
      quote: market.quote,
      price,
      size,
      side,
      trade_id: String(id),
      last_updated: formatTime(time),
      received_at: formatTime(receivedAt),
    });
    return quoteRecord(quote, { topic, partitionBy: 'base', headers });
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    const what = `${market.symbol} trade ${id}`;
    return rejectedPart({ source, topic, what, part: raw, why: error.message, polledAt: receivedAt });
  }
}
