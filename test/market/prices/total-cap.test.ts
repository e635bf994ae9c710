import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import { type Cap, FORGET_AFTER_MS, marketCapKey, totalAt } from '../../../src/market/prices/total-cap.ts';

const NOON = Date.parse('2026-03-02T12:00:00.000Z');
const cap = (coin: string, amount: number, agoMs = 0, source = 'coinmarketcap'): Cap => ({
  time: NOON - agoMs,
  source,
  coin,
  quote: 'usd',
  cap: amount,
});
const total = (...caps: readonly Cap[]) => totalAt(NOON, caps, 5 * MINUTE);

describe('the total of a minute', () => {
  test('the total of a minute counts each coin once, by its newest cap', () => {
    const row = total(cap('btc', 90, MINUTE), cap('eth', 25), cap('btc', 75), cap('btc', 75, 0, 'file'));
    expect(row).toEqual({
      time: '2026-03-02T12:00:00.000Z',
      quote: 'usd',
      total_market_cap: 100,
      coins: 2,
      missing: [],
      final: true,
      dominance: { btc: 0.75, eth: 0.25 },
      revision: 1,
    });
    expect(marketCapKey(row!)).toBe('usd|2026-03-02T12:00:00.000Z');
  });

  test('the total of a minute counts the larger of two coins with the same symbol and time', () => {
    expect(total(cap('btc', 1), cap('btc', 75))!.total_market_cap).toBe(75);
    expect(total(cap('btc', 75), cap('btc', 1))!.total_market_cap).toBe(75);
  });

  test('a fresh cap of CoinMarketCap counts before a newer one of CoinGecko, an old one does not', () => {
    const gecko = cap('btc', 80, 0, 'coingecko');
    expect(total(gecko, cap('btc', 75, 4 * MINUTE))!.total_market_cap).toBe(75);
    expect(total(cap('btc', 75, 4 * MINUTE), gecko)!.total_market_cap).toBe(75);
    expect(total(gecko, cap('btc', 75, 5 * MINUTE))).toMatchObject({ total_market_cap: 80, missing: [] });
    expect(total(gecko, cap('eth', 20))!.total_market_cap).toBe(100);
  });

  test('omits caps of five minutes or older, and lists their coins as missing for a day', () => {
    const young = cap('a', 1, 5 * MINUTE - 1);
    const row = total(
      young,
      cap('d', 2, FORGET_AFTER_MS - 1),
      cap('c', 2, 5 * MINUTE),
      cap('e', 2, FORGET_AFTER_MS),
    );
    expect(row).toMatchObject({ total_market_cap: 1, coins: 1, missing: ['c', 'd'], final: false });
  });

  test('the total of a minute is undefined if no cap is young enough', () => {
    expect(total()).toBeUndefined();
    expect(total(cap('btc', 1, 5 * MINUTE))).toBeUndefined();
  });

  test('the total of a minute has the same bits for any order of caps', () => {
    const caps = fc.array(
      fc.tuple(fc.string({ maxLength: 2 }), fc.double({ min: 1e-3, max: 1e12, noNaN: true })),
    );
    fc.assert(
      fc.property(caps, (pairs) => {
        const list = pairs.map(([coin, amount]) => cap(coin, amount));
        expect(JSON.stringify(total(...list.toReversed()))).toBe(JSON.stringify(total(...list)));
      }),
      { numRuns: 100 },
    );
  });
});
