import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import type { HttpAnswer } from '../shared/http/client.ts';
import { clockSkew, isSkewed } from '../shared/http/clock-skew.ts';
import { quoteHeaders, quoteRecord } from '../shared/quote-record.ts';
import { rejectedPart } from '../shared/rejects.ts';
import { type Markets, toQuote } from './markets.ts';

const HEADERS = quoteHeaders('wallex');

/**
 * The requested markets of one answer as records, and rejects for those without a price. If the local clock differs from
 * Wallex's, header `clock_skew_ms` has the difference (positive: ours is ahead). `topic` may contain QUOTE_PLACEHOLDERS.
 */
export function marketRecords(
  markets: Markets,
  symbols: readonly string[],
  topic: string,
  answer: HttpAnswer,
): NewRecord[] {
  const skew = clockSkew(answer);
  const headers = isSkewed(skew) ? { ...HEADERS, clock_skew_ms: String(skew) } : HEADERS;
  const polledAt = answer.askedAt;
  return symbols.map((symbol) => {
    try {
      return quoteRecord(toQuote(markets, symbol, polledAt), { topic, partitionBy: 'base', headers });
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      const part = Object.hasOwn(markets, symbol) ? markets[symbol] : undefined;
      return rejectedPart({ source: 'wallex', topic, what: symbol, part, why: error.message, polledAt });
    }
  });
}
