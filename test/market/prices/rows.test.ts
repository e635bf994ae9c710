import { describe, expect, test } from 'vitest';
import { findColumns, readCandle, readInstant, readTick } from '../../../src/market/prices/rows.ts';

const NOON = Date.UTC(2025, 5, 1, 12);

describe('readInstant', () => {
  test.each([
    ['2025-06-01T12:00:00Z'],
    ['2025-06-01 12:00:00+00:00'],
    ['2025-06-01 12:00:00'],
    ['2025-06-01T15:30:00.000+03:30'],
    ['2025-06-01T08:00:00-0400'],
    ['2025-06-01T12:00Z'],
    ['1748779200'],
    ['1748779200.000'],
    ['1748779200000'],
    [' 1748779200000 '],
  ])('%s', (text) => {
    expect(readInstant(text)).toBe(NOON);
  });

  test('a date without a time is its start in UTC', () => {
    expect(readInstant('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
  });

  test.each([
    '',
    '-',
    'yesterday',
    '2025-02-29',
    '2025-06-31T00:00:00Z',
    '2025-13-01',
    '12',
    '1e12',
    '9999-01-01',
    '-5',
  ])("'%s' is not a time", (text) => {
    expect(() => readInstant(text)).toThrow(/is not a time/);
  });
});

describe('findColumns', () => {
  test('finds columns by name in any order and case, among others', () => {
    expect(findColumns(['Volume', ' Close', 'LOW', 'high', 'open', 'Timestamp'], 'candles')).toEqual({
      format: 'candles',
      width: 6,
      at: [5, 4, 3, 2, 1],
    });
  });

  test('a missing column makes it undefined', () => {
    expect(findColumns(['timestamp', 'open', 'high', 'low'], 'candles')).toBeUndefined();
    expect(findColumns(['price'], 'ticks')).toBeUndefined();
  });
});

describe('rows', () => {
  const columns = findColumns(['time', 'open', 'high', 'low', 'close', 'volume'], 'candles')!;
  const row = (text: string) => readCandle(text.split(','), columns);

  test('a candle row is read', () => {
    expect(row('1748779200,10,12.5,9,11,x')).toEqual({ time: NOON, open: 10, high: 12.5, low: 9, close: 11 });
  });

  test.each([
    ['1748779200,-,12,9,11,1', "open: '-' is not a positive number"],
    ['1748779200,10,12,-9,11,1', "low: '-9' is not a positive number"],
    ['1748779200,10,NaN,9,11,1', "high: 'NaN' is not a positive number"],
    ['1748779200,10,12,9,,1', "close: '' is not a positive number"],
    ['1748779200,0,12,9,11,1', "open: '0' is not a positive number"],
    ['1748779200,10,1e999,9,11,1', "high: '1e999' is not a positive number"],
    ['1748779200,0x10,12,9,11,1', "open: '0x10' is not a positive number"],
    ['1748779200,10,12,9,11', '5 fields, but the header has 6'],
    ['1748779200,10,12,9,11,1,2', '7 fields, but the header has 6'],
    ['soon,10,12,9,11,1', "'soon' is not a time"],
    ['1748779200,10,9,12,11,1', 'low 12 is above high 9'],
    ['1748779200,13,12,9,11,1', 'open 13 is outside low 9 to high 12'],
    ['1748779200,10,12,9,8,1', 'close 8 is outside low 9 to high 12'],
  ])('%s', (text, why) => {
    expect(() => row(text)).toThrow(why);
  });

  test('a tick row is read', () => {
    const ticks = findColumns(['price', 'time'], 'ticks')!;
    expect(readTick(['1.5e-7', '1748779200000'], ticks)).toEqual({ time: NOON, price: 1.5e-7 });
  });
});
