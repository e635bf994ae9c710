import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import {
  isTrade,
  priceKey,
  quoteKey,
  quoteTime,
  readPrice,
  readQuote,
} from '../../../src/market/prices/price.ts';

const row = { source: 'a', base: 'btc', quote: 'usd', price: 1, last_updated: '2026-03-02T12:00:00Z' };

describe('a quote', () => {
  test('a market cap may be given, absent, or 0 for an unknown supply', () => {
    for (const market_cap of [5, undefined, null, 0])
      expect(readQuote({ ...row, market_cap }).quote).toMatchObject(row);
    for (const market_cap of [-1, Number.NaN, '5', Number.POSITIVE_INFINITY])
      expect(() => readQuote({ ...row, market_cap })).toThrow(InvalidRecord);
  });

  test('a quote with an invalid price, or without a time or a name, is rejected', () => {
    for (const wrong of [{ price: 0 }, { price: '-' }, { base: '' }, { source: 5 }, { last_updated: 'soon' }])
      expect(() => readQuote({ ...row, ...wrong })).toThrow(InvalidRecord);
  });

  test('the event time is read without validating the rest', () => {
    expect(quoteTime({ last_updated: row.last_updated })).toBe(Date.parse(row.last_updated));
    for (const value of [null, 'text', {}, { last_updated: 12 }, { last_updated: '-' }])
      expect(quoteTime(value)).toBeNaN();
  });

  test('a trade may have a size, a side and an id, which must be usable', () => {
    const trade = { ...row, size: 0.5, side: 'buy', trade_id: '7' };
    expect(readQuote(trade).quote).toEqual(trade);
    expect([isTrade({ size: 1 }), isTrade({ trade_id: '1' }), isTrade({})]).toEqual([true, true, false]);
    for (const wrong of [{ size: -1 }, { size: '1' }, { side: 'up' }, { trade_id: 7 }])
      expect(() => readQuote({ ...row, ...wrong })).toThrow(InvalidRecord);
  });

  test('trades of one time have different keys by their ids', () => {
    const { quote } = readQuote({ ...row, trade_id: '7' });
    expect(quoteKey(quote)).toBe('btc/usd@7');
    const { price } = readPrice({ ...row, coin: 'btc', time: row.last_updated, trade_id: '7' });
    expect(priceKey(price)).toBe('btc|usd|2026-03-02T12:00:00Z|7');
  });
});
