import { expect, test } from 'vitest';
import { fillTopic } from '../../../src/market/catalog/topic-template.ts';
import { sources } from '../../../src/sources/index.ts';
import { QUOTE_PLACEHOLDERS, quoteHeaders, quoteRecord } from '../../../src/sources/shared/quote-record.ts';
import type { Source } from '../../../src/sources/source.ts';

const QUOTE = {
  source: 'wallex',
  base: 'btc',
  quote: 'tmn',
  price: 7,
  last_updated: '2026-03-02T10:00:00.000Z',
};

test('a quote is keyed by pair and time, and partitioned by one of its currencies', () => {
  const headers = quoteHeaders('wallex');
  expect(quoteRecord(QUOTE, { topic: '{coin_name}-w', partitionBy: 'base', headers })).toEqual({
    topic: 'bitcoin-w',
    partitionKey: 'btc',
    key: 'btc/tmn@2026-03-02T10:00:00.000Z',
    value: JSON.stringify(QUOTE),
    headers: { source: 'wallex', schema: 'quote/1' },
  });
  expect(quoteRecord(QUOTE, { topic: 'w', partitionBy: 'quote', headers }).partitionKey).toBe('tmn');
});

test('every price source declares the placeholders of a quote, and a quote fills them', () => {
  const all: readonly Source[] = Object.values(sources);
  for (const source of all.filter(({ feeds }) => feeds.prices !== undefined))
    expect(source.fills!({}, ['prices']), source.name).toEqual(QUOTE_PLACEHOLDERS);
  for (const name of QUOTE_PLACEHOLDERS)
    expect(fillTopic(`{${name}}`, { coin: QUOTE.base }, 'by')).not.toBe('by');
});
