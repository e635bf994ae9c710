import { expect, test } from 'vitest';
import { formatSize, parseSize } from '../../../src/core/text/size.ts';

test.each([
  ['64MB', 64 * 2 ** 20],
  ['1 gb', 2 ** 30],
  ['1024', 1024],
  ['1.5MB', Number.NaN],
  ['MB', Number.NaN],
  ['', Number.NaN],
])('%j is %d bytes', (text, size) => {
  expect(parseSize(text)).toBe(size);
});

test.each([
  [0, '0B'],
  [1023, '1023B'],
  [1536, '1.5KB'],
  [256 * 2 ** 20, '256MB'],
  [2 ** 40, '1024GB'],
])('%d bytes are formatted as %s', (size, text) => {
  expect(formatSize(size)).toBe(text);
});
