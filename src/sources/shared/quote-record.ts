import type { Headers, NewRecord } from '../../core/stream/record.ts';
import { jsonText } from '../../core/util/json.ts';
import { fillTopic, type Placeholder } from '../../market/catalog/topic-template.ts';
import { type Quote, quoteKey } from '../../market/prices/price.ts';

/** Placeholders allowed in a quote's topic. */
export const QUOTE_PLACEHOLDERS: readonly Placeholder[] = ['coin', 'coin_name'];

/** The headers of a source's quotes. Create them once: a log stores each headers object once, by identity. */
export const quoteHeaders = (source: string): Headers => ({ source, schema: 'quote/1' });

/** Origin and destination of quotes. */
export interface QuoteOrigin {
  /** May contain QUOTE_PLACEHOLDERS. */
  readonly topic: string;
  /** The currency that selects the partition. */
  readonly partitionBy: 'base' | 'quote';
  readonly headers: Headers;
}

/** A quote as a record for a prices topic. */
export const quoteRecord = (quote: Quote, { topic, partitionBy, headers }: QuoteOrigin): NewRecord => ({
  topic: fillTopic(topic, { coin: quote.base }, quote.base),
  partitionKey: quote[partitionBy],
  key: quoteKey(quote),
  value: jsonText(quote)!,
  headers,
});
