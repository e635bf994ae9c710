import { describe, expect, test } from 'vitest';
import { readDate, readRetryAfter } from '../../../../src/sources/shared/http/headers.ts';
import { FILE_START } from '../../turned.ts';

describe('Retry-After', () => {
  test.each([
    ['7', 7000],
    [' 0 ', 0],
    [new Date(FILE_START + 90_000).toUTCString(), 90_000],
    [new Date(FILE_START - 90_000).toUTCString(), 0],
    ['soon', 0],
    ['-3', 0],
    ['99999999999', 86_400_000],
  ])('%s', (text, expected) => {
    expect(readRetryAfter({ 'retry-after': text }, FILE_START)).toBe(expected);
  });

  test('none', () => {
    expect(readRetryAfter({}, FILE_START)).toBe(0);
  });
});

test('Date', () => {
  expect(readDate({ date: 'Mon, 02 Mar 2026 10:15:30 GMT' })).toBe(FILE_START);
  expect(readDate({ date: 'today' })).toBeUndefined();
  expect(readDate({})).toBeUndefined();
});
