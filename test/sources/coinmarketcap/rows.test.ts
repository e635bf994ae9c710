import { describe, expect, test } from 'vitest';
import {
  baseOf,
  isBetter,
  type ListingRow,
  quoteIn,
  readRow,
  rowsOf,
} from '../../../src/sources/coinmarketcap/rows.ts';

const row = (id: number, rank: number | null, symbol = 'X'): ListingRow =>
  readRow({ id, symbol, cmc_rank: rank });

describe('data', () => {
  test.each<[string, unknown, number]>([
    ['a listing', [1, 2], 2],
    ['quotes by id', { '1': 1, '1027': 2 }, 2],
    ['quotes by symbol', { BTC: [1, 2], ETH: [3], NOPE: [] }, 3],
    ['nothing', undefined, 0],
    ['a text', 'hello', 0],
  ])('%s', (_, data, count) => {
    expect(rowsOf(data)).toHaveLength(count);
  });
});

describe('quotes', () => {
  test.each<[string, unknown]>([
    ['a map', { USD: { price: 1 }, EUR: null }],
    ['an array of version 3', [{ id: 2781, symbol: 'USD', price: 1 }, null, 'EUR']],
  ])('%s', (_, quote) => {
    const row = readRow({ id: 1, symbol: 'BTC', quote });
    expect(quoteIn(row, 'USD')).toMatchObject({ price: 1 });
    expect(quoteIn(row, 'EUR')).toBeUndefined();
    expect(quoteIn(row, 'constructor')).toBeUndefined();
  });
});

describe('a symbol that several coins share', () => {
  test('a shared symbol means the coin with the better rank, or the older one without ranks', () => {
    expect(isBetter(row(9, 5), row(8, 6))).toBe(true);
    expect(isBetter(row(8, null), row(9, 4000))).toBe(false);
    expect(isBetter(row(8, null), row(9, null))).toBe(true);
  });

  test('a shared symbol means the coin of the coin list, whatever its rank', () => {
    expect(isBetter(row(1027, 900), row(9, 1))).toBe(true);
  });

  test('a coin of the coin list has the symbol that posts are tagged with', () => {
    expect(baseOf(row(3890, 30, 'POL'))).toBe('matic');
    expect(baseOf(row(40_000, 30, 'POL'))).toBe('pol');
  });
});
