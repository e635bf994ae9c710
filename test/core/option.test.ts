import { describe, expect, test } from 'vitest';
import { bytes, choice, integer, list, text, toggle } from '../../src/core/option.ts';

const refuses = (parse: (text: string) => unknown, given: string, why: RegExp) =>
  expect(() => parse(given)).toThrow(why);

describe('options', () => {
  test('an integer states its range in its help and its error', () => {
    const option = integer('--limit', '<n>', '', 10, { min: 1, max: 50 });
    expect(option.bounds).toBe('1 to 50');
    expect(option.parse('50')).toBe(50);
    for (const wrong of ['0', '51', '1.5', 'x', ''])
      refuses(option.parse, wrong, /whole number from 1 to 50/);
  });

  test('a choice lists the allowed values', () => {
    const option = choice('--mode', ['all', 'nearest'], '', 'nearest');
    expect(option.parse('all')).toBe('all');
    refuses(option.parse, 'al', /all, nearest/);
  });

  test('sizes, lists, switches and texts are parsed', () => {
    const size = bytes('--max', '', 256 * 2 ** 20, { min: 2 ** 20, max: 2 ** 40 });
    expect(size.fallbackText).toBe('256MB');
    expect(size.parse('1gb')).toBe(2 ** 30);
    refuses(size.parse, '1', /size from 1MB to 1024GB/);
    expect(list('--coin', '<list>', '').parse('btc, eth,btc')).toEqual(['btc', 'eth']);
    expect(toggle('--all', '').parse('true')).toBe(true);
    refuses(toggle('--all', '').parse, 'yes', /neither true nor false/);
    expect(text('--a', '<a>', '', 'x').fallback).toBe('x');
  });
});
