import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberText } from '../../../../src/sources/file/prices/number-text.ts';

test.each([
  ['93757.40', '93757.4'],
  ['93757.00', '93757'],
  ['5.', '5'],
  ['0.000', '0'],
  ['0.5', '0.5'],
  ['00.5', '0.5'],
  ['.5', '0.5'],
  ['007', '7'],
  ['1e3', '1000'],
  ['0.00000010', '1e-7'],
  ['100000000000000000000', '100000000000000000000'],
])('%s is written as %s', (cell, text) => {
  expect(numberText(cell, Number(cell))).toBe(text);
});

test('the text of a cell is that of its number', () => {
  const digits = fc
    .array(fc.constantFrom('0', '1', '5', '9'), { minLength: 1, maxLength: 11 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(digits, fc.option(digits, { nil: undefined }), (whole, fraction) => {
      const cell = fraction === undefined ? whole : `${whole}.${fraction}`;
      expect(numberText(cell, Number(cell))).toBe(String(Number(cell)));
    }),
    { numRuns: 1000 },
  );
});

test('a cell that is no text gives the number', () => {
  expect(numberText(undefined, 1.5)).toBe('1.5');
  expect(numberText(7, 7)).toBe('7');
});
