import { describe, expect, test } from 'vitest';
import { readDate, readRetryAfter } from '../../../../src/sources/shared/http/headers.ts';
import { START } from '../../turned.ts';

describe('Retry-After', () => {
  test.each([
    ['7', 7000],
    [' 0 ', 0],
    [new Date(START + 90_000).toUTCString(), 90_000],
    [new Date(START - 90_000).toUTCString(), 0],
    ['soon', 0],
    ['-3', 0],
    ['99999999999', 86_400_000],
  ])('%s', (text, expected) => {
    expect(readRetryAfter({ 'retry-after': text }, START)).toBe(expected);
  });

  test('none', () => {
    expect(readRetryAfter({}, START)).toBe(0);
  });
});

test('Date', () => {
  expect(readDate({ date: 'Mon, 02 Mar 2026 10:15:30 GMT' })).toBe(START);
  expect(readDate({ date: 'today' })).toBeUndefined();
  expect(readDate({})).toBeUndefined();
});
