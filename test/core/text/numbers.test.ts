import { expect, test } from 'vitest';
import { counted, groupDigits, shortNumber } from '../../../src/core/text/numbers.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
  [-1234.5, '-1,234.5'],
  [1e21, '1e+21'],
])('%d is %s', (value, text) => {
  expect(groupDigits(value)).toBe(text);
});

test.each([
  [105849.3128, '105,849.31'],
  [2112345678901.256, '2,112,345,678,901.26'],
  [3921.4, '3,921.4'],
  [12.3456789, '12.3457'],
  [1.00031, '1.00031'],
  [0.000012345678, '0.0000123457'],
  [1.2e-8, '0.000000012'],
  [1e-120, '0'],
  [-0.5, '-0.5'],
  [0, '0'],
  [3, '3'],
  [1e21, '1e+21'],
  [Number.NaN, 'NaN'],
])('%d is shortened to %s', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

test('a count of one takes the singular', () => {
  expect([0, 1, 1200].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '1,200 rows']);
});
