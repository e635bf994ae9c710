import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountIn, parseNumber, priceIn } from '../../../../../src/market/prices/layout/cells/numbers.ts';

describe('parseNumber', () => {
  test.each([
    ['42283.58', 42283.58],
    ['93957.40000000', 93957.4],
    ['40113065.83570000', 40113065.8357],
    ['0.00000001', 1e-8],
    ['.5', 0.5],
    ['7.', 7],
    ['1.5e-7', 1.5e-7],
    ['1E3', 1000],
    ['+3', 3],
    [' 42 ', 42],
    ['241.9136999999999', 241.9136999999999],
    ['0.12345678901234567890123456', 0.12345678901234568],
    ['123456789012345678901', 123456789012345680000],
    ['42,283.58', 42283.58],
    ['1,057,030.5', 1057030.5],
    ['1,05,431.25', 105431.25],
    ['42 283.58', 42283.58],
    ["1'234.5", 1234.5],
    ['$42,283.58', 42283.58],
    ['42283.58 €', 42283.58],
  ])("'%s' with a decimal point", (text, value) => {
    expect(parseNumber(text, '.')).toBe(value);
  });

  test.each([
    ['42283,58', 42283.58],
    ['42.283,58', 42283.58],
    ['1.057.030.998,55', 1057030998.55],
    ['42.283', 42283],
    ['1.234.567', 1234567],
    ['42\u00a0283,58', 42283.58],
    ['0,5', 0.5],
    ['12', 12],
  ])("'%s' with a decimal comma", (text, value) => {
    expect(parseNumber(text, ',')).toBe(value);
  });

  test.each([
    ['', '.'],
    ['-', '.'],
    ['null', '.'],
    ['NaN', '.'],
    ['Infinity', '.'],
    ['-5', '.'],
    ['0x10', '.'],
    ['1.2.3', '.'],
    ['1.057.030.998.551.800', '.'],
    ['1.057.030.998.551.800', ','],
    ['42283,58', '.'],
    ['42,28', '.'],
    ['35.9', ','],
    ['4,2283,580', '.'],
    ['1e', '.'],
    ['5 6', '.'],
  ] as const)("'%s' is no number (decimal %s)", (text, decimal) => {
    expect(parseNumber(text, decimal)).toBeNaN();
  });

  test('parseNumber reads every float that JSON writes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value), '.')).toBe(value);
      }),
    );
  });

  test('parseNumber reads every decimal text as JSON does', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 22n }), fc.nat(25), (digits, fraction) => {
        const text = String(digits).padStart(fraction + 1, '0');
        const point = text.length - fraction;
        const written = fraction === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`;
        expect(parseNumber(written, '.')).toBe(Number(written));
      }),
    );
  });
});

describe('priceIn', () => {
  test('numbers of JSON and Parquet are prices as they are', () => {
    expect([priceIn(1.5, 'open', '.'), priceIn(7n, 'open', '.')]).toEqual([1.5, 7]);
  });

  test.each([
    ['-', "open: '-' is not a positive number"],
    ['0', "open: '0' is not a positive number"],
    ['1e999', "open: '1e999' is not a positive number"],
    ['41K', "open: '41K' is not a positive number"],
    ['5%', "open: '5%' is not a positive number"],
    [null, "open: '' is not a positive number"],
    [undefined, "open: '' is not a positive number"],
    [true, "open: 'true' is not a positive number"],
    [Number.NaN, "open: 'NaN' is not a positive number"],
    [-2, "open: '-2' is not a positive number"],
  ])('%s is rejected', (cell, why) => {
    expect(() => priceIn(cell, 'open', '.')).toThrow(why);
  });
});

describe('amountIn', () => {
  test.each([
    ['41.25K', '.', 41250],
    ['1,04M', ',', 1040000],
    ['2 B', '.', 2e9],
    ['1.5t', '.', 1.5e12],
    ['0', '.', 0],
    [12, '.', 12],
    [3n, '.', 3],
  ] as const)('%s', (cell, decimal, value) => {
    expect(amountIn(cell, decimal)).toBe(value);
  });

  test.each([
    '-',
    '',
    'null',
    'NaN',
    '-5',
    '4.53%',
    'K',
    null,
    undefined,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '1e999',
  ])('%s is unknown', (cell) => {
    expect(amountIn(cell, '.')).toBeUndefined();
  });
});
