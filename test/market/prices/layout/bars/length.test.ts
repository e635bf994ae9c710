import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../../../src/core/util/time.ts';
import { findLength, type LengthSigns } from '../../../../../src/market/prices/layout/bars/length.ts';
import {
  namedLength,
  readLength,
  readMinutes,
  usualLength,
} from '../../../../../src/market/prices/layout/bars/usual-lengths.ts';

const START = Date.UTC(2024, 0, 1);

/** What a series at these minutes after the start shows, with other signs. */
const lengthAt = (minutes: readonly number[], signs: Partial<LengthSigns> = {}): string => {
  const found = findLength({
    series: [minutes.map((minute) => START + minute * MINUTE)],
    spans: [],
    wished: undefined,
    inColumn: [],
    inName: undefined,
    isNameKnown: false,
    ...signs,
  });
  return 'why' in found ? found.why : found.length.text;
};
const every = (step: number, count: number): number[] => Array.from({ length: count }, (_, at) => at * step);

describe('steps', () => {
  test.each([
    ['of all rows', every(5, 10), '5m'],
    ['in any order, repeated', [10, 0, 5, 5, 15], '5m'],
    ['with gaps', [0, 15, 20, 50], '5m'],
    ['that never are one bar', [0, 8, 11, 12], '1m'],
    ['that have a minute in common', [0, 5, 12, 20], '1m'],
    ['of days without weekends', [0, 1, 2, 3, 4, 7, 8].map((day) => day * 1440), '1d'],
    ['of weeks', every(7 * 1440, 5), '1w'],
    ['of three days', every(3 * 1440, 5), '3d'],
    ['of one step', [0, 240], '4h'],
  ])('%s', (_, minutes, text) => {
    expect(lengthAt(minutes)).toBe(text);
  });

  test.each([
    ['of two minutes are no usual length', [0, 2, 4], '2m'],
    ['of 45 minutes too', [0, 45, 90], '45m'],
    ['of seconds without order', [0, 1.1, 3.4], '1m6s, 2m18s'],
  ])('%s', (_, minutes, steps) => {
    expect(lengthAt(minutes)).toBe(
      `its rows are ${steps} apart, which tells no usual length of a bar: add --interval with the length of a bar, as --interval 1m`,
    );
  });

  test('one row between many bars, as the moment of a download, is out of line', () => {
    expect(lengthAt([...every(1440, 12), 11 * 1440 + 932.17])).toBe('1d');
    expect(lengthAt([...every(5, 12), 12.5])).toBe('5m');
    expect(lengthAt([...every(5, 4), 17.51])).toContain('--interval');
  });

  test('days of 23 and 25 hours are days', () => {
    const days = every(1440, 60).map((minute, day) => (day > 30 ? minute - 60 : minute));
    expect(lengthAt(days)).toBe('1d');
  });

  test('steps of 28 to 31 days from the first of each month are months', () => {
    const firsts = [0, 1, 2, 3, 4].map((month) => (Date.UTC(2024, month, 1) - START) / MINUTE);
    expect(lengthAt(firsts)).toBe('1M');
    expect(lengthAt([0, 28 * 1440, 56 * 1440])).toContain('its rows are 28d apart');
  });

  test('steps of each series count, not those between series', () => {
    const [a, b] = [every(60, 3), [0.5, 60.5, 120.5]];
    const series = [a, b].map((minutes) => minutes.map((minute) => START + minute * MINUTE));
    expect(lengthAt([], { series })).toBe('1h');
  });

  test('one time alone tells no length', () => {
    expect(lengthAt([0, 0])).toBe(
      'one time does not tell how long a bar is: add --interval with the length of a bar, as --interval 1m',
    );
  });
});

describe('other signs', () => {
  const five = namedLength(5 * MINUTE);
  const hour = namedLength(HOUR);

  test('times of closing, with or without the last unit', () => {
    for (const rest of [0, 1, 1000])
      expect(lengthAt([0], { spans: [[START, START + HOUR - rest]] })).toBe('1h');
    expect(lengthAt([0], { spans: [[Date.UTC(2024, 1, 1), Date.UTC(2024, 2, 1) - 1]] })).toBe('1M');
  });

  test('times of closing that differ are a problem', () => {
    expect(
      lengthAt([0, 5], {
        spans: [
          [START, START + HOUR],
          [START, START + 5 * MINUTE],
        ],
      }),
    ).toBe('rows have bars of several lengths (1h, 5m): keep those of one length');
  });

  test('a column of lengths; several are a problem', () => {
    expect(lengthAt([0, 60], { inColumn: [five] })).toBe('5m');
    expect(lengthAt([0, 60], { inColumn: [five, hour] })).toBe(
      'it has bars of several lengths (5m, 1h): take one with --symbol-column and --symbol',
    );
  });

  test('a name tells the length of a file with gaps, if an exchange gave it', () => {
    expect(lengthAt(every(60, 5), { inName: five, isNameKnown: true })).toBe('5m');
    expect(lengthAt([0], { inName: five })).toBe('5m');
    expect(lengthAt(every(60, 5), { inName: five })).toBe(
      'its name tells bars of 5m, but its rows are 1h apart: add --interval with the length of a bar',
    );
  });

  test('a name longer than the steps tells how much is in the file', () => {
    expect(lengthAt(every(1, 5), { inName: hour, isNameKnown: true })).toBe('1m');
  });

  test('--interval decides, unless a step is shorter or times of closing tell another length', () => {
    expect(lengthAt([0, 2, 4], { wished: namedLength(2 * MINUTE) })).toBe('2m');
    expect(lengthAt([0, 60], { wished: five })).toBe('5m');
    expect(lengthAt([0, 1, 2], { wished: five })).toBe(
      '--interval 5m is longer than the 1m between two of its rows: give the length of a bar',
    );
    expect(lengthAt([0], { wished: five, spans: [[START, START + HOUR]] })).toBe(
      '--interval 5m, but its times of closing tell bars of 1h: leave --interval out',
    );
    expect(lengthAt([0], { wished: namedLength(30 * DAY) })).toBe('1M');
  });
});

describe('a length as text', () => {
  test.each([
    ['5m', '5m'],
    ['1min', '1m'],
    ['1-minute', '1m'],
    ['15 mins', '15m'],
    ['1H', '1h'],
    ['4hour', '4h'],
    ['D', '1d'],
    ['daily', '1d'],
    ['1w', '1w'],
    ['1M', '1M'],
    ['1mo', '1M'],
    ['30s', '30s'],
  ])("'%s'", (text, length) => {
    expect(readLength(text)?.text).toBe(length);
  });

  test.each(['', '7m', '30d', 'btc', '5', '2M'])("'%s' is none", (text) => {
    expect(readLength(text)).toBeUndefined();
  });

  test('a length may be written in minutes, as in names of Kraken', () => {
    expect(readMinutes('1440')?.text).toBe('1d');
    expect(readMinutes('7')).toBeUndefined();
  });

  test('milliseconds of a length are one only if it is usual', () => {
    expect(usualLength(8 * HOUR)?.text).toBe('8h');
    expect(usualLength(30 * DAY)).toBeUndefined();
  });
});
