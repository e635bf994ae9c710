import { describe, expect, test } from 'vitest';
import {
  bytes,
  choice,
  integer,
  list,
  span,
  spanByName,
  spans,
  text,
  toggle,
} from '../../src/core/option.ts';

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

  test('a span outside its bounds is rejected', () => {
    const option = span('--every', '', 60_000, { min: 1000, max: 3_600_000 });
    expect(option.fallbackText).toBe('1m');
    expect(option.parse('2m')).toBe(120_000);
    refuses(option.parse, '2h', /between 1s and 1h/);
    refuses(option.parse, 'soon', /not a span/);
  });

  test('spans are a list without duplicates', () => {
    const option = spans('--window', '', [600_000], { min: 1000, max: 86_400_000 });
    expect(option.parse('1m, 10m,1m')).toEqual([60_000, 600_000]);
    refuses(option.parse, '1m,0s', /between/);
    refuses(option.parse, ' , ', /empty/);
  });

  test('a choice lists the allowed values', () => {
    const option = choice('--mode', ['all', 'nearest'], '', 'nearest');
    expect(option.parse('all')).toBe('all');
    refuses(option.parse, 'al', /all, nearest/);
  });

  test('sizes, lists, switches and name=span pairs are parsed', () => {
    const size = bytes('--max', '', 256 * 2 ** 20, { min: 2 ** 20, max: 2 ** 40 });
    expect(size.fallbackText).toBe('256MB');
    expect(size.parse('1gb')).toBe(2 ** 30);
    refuses(size.parse, '1', /size from 1MB to 1024GB/);
    expect(list('--coin', '<list>', '').parse('btc, eth,btc')).toEqual(['btc', 'eth']);
    expect(toggle('--all', '').parse('true')).toBe(true);
    refuses(toggle('--all', '').parse, 'yes', /neither true nor false/);
    expect(text('--a', '<a>', '', 'x').fallback).toBe('x');
    expect(spanByName('--source-lag', '').parse('file=30s, x=1m')).toEqual({ file: 30_000, x: 60_000 });
    refuses(spanByName('--source-lag', '').parse, 'file', /name=span/);
  });
});
