import { describe, expect, test } from 'vitest';
import { cellText, displayWidth, fitToWidth } from '../../../src/sinks/console/cells.ts';

describe('a text in cells', () => {
  test.each([
    ['abc', 5, false, 'abc  '],
    ['abc', 5, true, '  abc'],
    ['abcde', 5, false, 'abcde'],
    ['abcdef', 5, false, 'abcd…'],
    ['🚀🚀🚀', 6, false, '🚀🚀🚀'],
    ['🚀🚀🚀', 5, false, '🚀🚀…'],
    ['🚀🚀🚀', 4, false, '🚀… '],
    ['بیت', 4, false, 'بیت '],
    ['👩‍💻x', 4, false, '👩‍💻x '],
  ])('%j in %i', (text, width, right, shown) => {
    expect(fitToWidth(text, width, right)).toBe(shown);
    expect(displayWidth(shown)).toBe(width);
  });
});

test.each([
  ['2026-03-02T10:15:00.000Z', '2026-03-02T10:15Z'],
  ['2026-03-02T10:15:22.000Z', '2026-03-02T10:15:22Z'],
  ['2026-03-02T10:15:22.120Z', '2026-03-02T10:15:22.120Z'],
  ['2026-03-02T10:00:00.120Z', '2026-03-02T10:00:00.120Z'],
])('a time says what it has: %s', (value, shown) => {
  expect(cellText(value, 'time')).toBe(shown);
});

test('a number is rounded for people; a whole number keeps its digits', () => {
  expect(cellText(105849.3128, 'number')).toBe('105,849.31');
  expect(cellText(0.0000123456789, 'number')).toBe('0.0000123457');
  expect(cellText(1790000000, 'integer')).toBe('1790000000');
});

test('lists are one cell, no value is none, and no escape sequence reaches the terminal', () => {
  expect(cellText(['a', 'b'], 'texts')).toBe('a b');
  expect([cellText(null, 'text'), cellText(undefined, 'number')]).toEqual(['', '']);
  expect(cellText('a\n\u001b[31mb', 'text')).toBe('a [31mb');
  expect(cellText(['a\u0007'], 'texts')).toBe('a ');
  expect(cellText({ a: 'b\u009bc\u202ed' }, 'json')).toBe('{"a":"b c d"}');
});

test.each([
  ['abc', 3],
  ['\u001b[1mabc\u001b[22m', 3],
  ['بیت‌کوین', 7],
  ['比特币', 6],
  ['🚀', 2],
  ['e\u0301', 1],
])('%s takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});
