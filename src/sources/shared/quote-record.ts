import type { Headers, NewRecord } from '../../core/stream/record.ts';
import { jsonText } from '../../core/util/json.ts';
import { fillTopic, type Placeholder } from '../../market/catalog/topic-template.ts';
import { type Quote, quoteKey } from '../../market/prices/price.ts';

/** What a quote's topic may hold. */
export const QUOTE_PLACEHOLDERS: readonly Placeholder[] = ['coin', 'coin_name'];

/** The headers of a source's quotes. A log stores each set once, by its object: to be made once. */
export const quoteHeaders = (source: string): Headers => ({ source, schema: 'quote/1' });

/** Where quotes come from, and where they go. */
export interface QuoteOrigin {
  /** May hold QUOTE_PLACEHOLDERS. */
  readonly topic: string;
  /** The currency that their partition is picked by. */
  readonly by: 'base' | 'quote';
  readonly headers: Headers;
}

/** A quote as it goes to a topic of prices. */
export const quoteRecord = (quote: Quote, { topic, by, headers }: QuoteOrigin): NewRecord => ({
  topic: fillTopic(topic, { coin: quote.base }, quote.base),
  by: quote[by],
  key: quoteKey(quote),
  value: jsonText(quote)!,
  headers,
});
