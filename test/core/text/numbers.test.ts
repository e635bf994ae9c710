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
  [105012.345678, '105,012.3'],
  [0.000012345678, '0.00001234568'],
  [3, '3'],
])('%d is shortened to %s', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

test('a count of one takes the singular', () => {
  expect([0, 1, 1200].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '1,200 rows']);
});
