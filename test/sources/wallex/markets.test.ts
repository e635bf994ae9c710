import { describe, expect, test } from 'vitest';
import { readMarkets, roundPrice, toQuote } from '../../../src/sources/wallex/markets.ts';
import { START } from '../turned.ts';

const answer = (body: unknown, status = 200, retryAfterMs = 0) => ({
  status,
  body,
  retryAfterMs,
  headers: {},
  serverTime: START,
  askedAt: START,
  answeredAt: START,
});
const markets = (lastPrice: unknown) => ({
  USDTTMN: { symbol: 'USDTTMN', baseAsset: 'USDT', quoteAsset: 'TMN', stats: { lastPrice } },
});
const priceOf = (lastPrice: unknown) => toQuote(markets(lastPrice), 'USDTTMN', START).price;

describe('a price', () => {
  test.each([
    ['112331.0000000000000000', 112_331],
    ['112331.4567890000000000', 112_331.457],
    [112_331.4564, 112_331.456],
    ['1.1233145e5', 112_331.45],
    ['1.2E+10', 12_000_000_000],
    ['1e-06', 0.000001],
    ['0.1234567', 0.1234567],
    [' 5 ', 5],
  ])('%s is %d', (lastPrice, price) => {
    expect(priceOf(lastPrice)).toBe(price);
  });

  test.each([
    ['-'],
    [''],
    ['0.0000000000000000'],
    ['-5'],
    [0],
    [null],
    [undefined],
    ['NaN'],
    ['Infinity'],
    ['0x10'],
    ['1e999'],
    ['5 TMN'],
  ])('%s is not a price', (lastPrice) => {
    expect(() => priceOf(lastPrice)).toThrow(/^lastPrice: .*is not a price/);
  });

  test.each([
    [7.0625, 7.062],
    [7.1875, 7.188],
    [61_234.3125, 61_234.312],
    [2.0005, 2.001],
    [1.0005, 1.0],
  ])('%d rounds to %d, as Python rounds', (price, rounded) => {
    expect(roundPrice(price)).toBe(rounded);
  });
});

describe('a market', () => {
  test('a missing market, or one that is not an object, has no quote', () => {
    expect(() => toQuote({}, 'USDTTMN', START)).toThrow('no market USDTTMN');
    expect(() => toQuote({}, 'constructor', START)).toThrow('no market');
    expect(() => toQuote({ USDTTMN: 'gone' }, 'USDTTMN', START)).toThrow('no market');
    expect(() => toQuote({ USDTTMN: { baseAsset: 'USDT', quoteAsset: 'TMN' } }, 'USDTTMN', START)).toThrow(
      'lastPrice',
    );
    expect(() => toQuote({ USDTTMN: { stats: { lastPrice: 1 } } }, 'USDTTMN', START)).toThrow('base');
  });

  test('a quote has the whole second of the poll as its time', () => {
    expect(toQuote(markets(1), 'USDTTMN', START + 999)).toMatchObject({
      last_updated: '2026-03-02T10:15:30.000Z',
      polled_at: '2026-03-02T10:15:30.999Z',
    });
  });
});

describe('an answer', () => {
  test.each([
    ['success: false', answer({ success: false, message: 'خطا', code: 1 }), 'success: false, "خطا"'],
    ['429', answer({ success: false }, 429, 7000), 'HTTP 429'],
    ['500 with success: true', answer({ success: true, result: { symbols: {} } }, 500), 'HTTP 500'],
    ['no result', answer({ success: true }), 'an answer without markets'],
    ['an array', answer([]), 'an answer without markets'],
    ['null', answer(null), 'an answer without markets'],
  ])('%s is a transient error', (_, given, message) => {
    expect(() => readMarkets(given)).toThrow(
      expect.objectContaining({ name: 'HttpError', message, waitMs: given.retryAfterMs }),
    );
  });
});
