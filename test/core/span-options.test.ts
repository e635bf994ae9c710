import { expect, test } from 'vitest';
import { span, spanByName, spans, timeZone, windows } from '../../src/core/span-options.ts';

const refuses = (parse: (text: string) => unknown, given: string, why: RegExp) =>
  expect(() => parse(given)).toThrow(why);

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

test('spans by name are name=span pairs', () => {
  const option = spanByName('--source-lag', '');
  expect(option.parse('file=30s, x=1m')).toEqual({ file: 30_000, x: 60_000 });
  refuses(option.parse, 'file', /name=span/);
});

test('a window may be a week or a month, but not longer than the range', () => {
  const option = windows('--window', '', [600_000], { min: 1000, max: '1M' });
  expect(option.fallbackText).toBe('10m');
  expect(option.parse('10m,1w,1M')).toHaveLength(3);
  refuses(option.parse, '40d', /'40d' is not between 1s and 1M/);
});

test('a time zone is a name that the time zone database knows', () => {
  const option = timeZone('--zone', '');
  expect(option.parse('Europe/Madrid')).toBe('Europe/Madrid');
  refuses(option.parse, 'Mars/Olympus', /Mars/);
});
