import { type NewRecord, Unreadable } from '../../core/record.ts';
import { quoteKey } from '../../market/price.ts';
import type { HttpAnswer } from '../http/client.ts';
import { clockSkew, isSkewed } from '../http/skew.ts';
import { rejectedPart } from '../reject.ts';
import { type Markets, toQuote } from './markets.ts';

const HEADERS = { source: 'wallex', schema: 'quote/1' } as const;

/**
 * The wanted markets of one answer as records, and rejects for those that have no price. A clock that differs from
 * Wallex's is noted in header `clock_skew_ms` (positive: ours is ahead). `topic` may hold `{coin}`.
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
      const quote = toQuote(markets, symbol, polledAt);
      const value = JSON.stringify(quote);
      return {
        topic: topic.replaceAll('{coin}', quote.base),
        by: quote.base,
        key: quoteKey(quote),
        value,
        headers,
      };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const part = Object.hasOwn(markets, symbol) ? markets[symbol] : undefined;
      return rejectedPart({ source: 'wallex', topic, what: symbol, part, why: error.message, polledAt });
    }
  });
}
