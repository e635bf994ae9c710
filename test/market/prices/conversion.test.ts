import { describe, expect, test } from 'vitest';
import { convert, toPrice } from '../../../src/market/prices/conversion.ts';

const TIME = Date.parse('2026-03-02T23:59:59.000Z');
const quote = {
  source: 'a',
  base: 'btc',
  quote: 'usdt',
  price: 3,
  last_updated: '2026-03-03T03:29:59+03:30',
};
const rate = { source: 'b', base: 'usdt', quote: 'tmn', price: 0.1, last_updated: '2026-03-02T23:59:59Z' };

describe('conversion', () => {
  test('a price has the common fields, its time in UTC', () => {
    const price = toPrice({ ...quote, market_cap: 0, volume_24h: 7 }, TIME);
    expect(price).toEqual({
      coin: 'btc',
      quote: 'usdt',
      price: 3,
      time: '2026-03-02T23:59:59.000Z',
      source: 'a',
      market_cap: 0,
    });
  });

  test('a price has no market cap if the source gave none', () => {
    expect(toPrice(quote, TIME)).not.toHaveProperty('market_cap');
    expect(convert(toPrice(quote, TIME), toPrice(rate, TIME), 0)).not.toHaveProperty('market_cap');
  });

  test("a price is converted by the rate at the rate's time, exactly", () => {
    const from = toPrice({ ...quote, market_cap: 1_267_566_874_501 }, TIME + 5000);
    expect(convert(from, toPrice(rate, TIME), 5000)).toEqual({
      coin: 'btc',
      quote: 'tmn',
      price: 3 * 0.1,
      time: '2026-03-02T23:59:59.000Z',
      source: 'a',
      market_cap: 1_267_566_874_501 * 0.1,
      fx_base: 'usdt',
      fx_price: 0.1,
      fx_source: 'b',
      fx_time: '2026-03-02T23:59:59.000Z',
      skew_ms: 5000,
      partition_date: '2026-03-02',
    });
  });
});
