import { describe, expect, test } from 'vitest';
import { file } from '../../../src/sources/file/file.ts';
import { PRICES } from '../collect.ts';

const settings = { ...PRICES, file: ['F'], base: undefined, quote: undefined };

describe('file', () => {
  test('checks everything at once', () => {
    expect(file.check!(settings, ['prices'])).toEqual([]);
    expect(file.check!({ ...settings, base: 'BTC', quote: 'usdt' }, ['prices'])).toEqual([]);
    expect(file.check!({ ...settings, file: [], base: 'b/c', quote: '' }, ['tweets', 'prices'])).toEqual([
      expect.stringContaining('--file PATH'),
      expect.stringContaining('a file holds one kind'),
      expect.stringContaining("--base: 'b/c'"),
      expect.stringContaining("--quote: ''"),
    ]);
  });

  test('--interval is a span; without it the length of a bar is detected', () => {
    const { interval } = file.options;
    expect(interval.parse('5m')).toBe(300_000);
    expect(interval.fallbackText).toBe('');
    expect(() => interval.parse('1ms')).toThrow(RangeError);
  });
});
