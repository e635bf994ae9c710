import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../src/core/util/time.ts';
import {
  formatWindow,
  parseWindow,
  type WindowLength,
  windowsOf,
} from '../../../src/core/util/window-length.ts';

const around = (length: WindowLength, time: string, zone?: string): string => {
  const windows = windowsOf(length, zone);
  const start = windows.startOf(Date.parse(time));
  return [start, windows.endOf(start)].map((at) => new Date(at).toISOString().slice(0, 16)).join(' ');
};

test('windows are read and shown as given', () => {
  expect(['10m', '1h30m', '1d', '7d', '1w', '1M'].map((text) => formatWindow(parseWindow(text)))).toEqual([
    '10m',
    '1h30m',
    '1d',
    '7d',
    '1w',
    '1M',
  ]);
  expect(() => parseWindow('2w')).toThrow('14d');
  expect(() => parseWindow('soon')).toThrow(RangeError);
});

describe('windows around a time', () => {
  test('a week begins on Monday, seven days on Thursday', () => {
    expect(around('1w', '2024-01-10T12:00:00Z')).toBe('2024-01-08T00:00 2024-01-15T00:00');
    expect(around('1w', '2024-01-08T00:00:00Z')).toBe('2024-01-08T00:00 2024-01-15T00:00');
    expect(around(7 * DAY, '2024-01-10T12:00:00Z')).toBe('2024-01-04T00:00 2024-01-11T00:00');
  });

  test('a month is the calendar month, also in a leap year and across the year', () => {
    expect(around('1M', '2024-02-29T23:59:00Z')).toBe('2024-02-01T00:00 2024-03-01T00:00');
    expect(around('1M', '2023-12-31T23:59:00Z')).toBe('2023-12-01T00:00 2024-01-01T00:00');
  });

  test('days, weeks and months begin by the zone, shorter windows do not', () => {
    const zone = 'Europe/Madrid';
    expect(around(DAY, '2024-01-10T23:30:00Z', zone)).toBe('2024-01-10T23:00 2024-01-11T23:00');
    expect(around('1w', '2024-01-14T23:30:00Z', zone)).toBe('2024-01-14T23:00 2024-01-21T23:00');
    expect(around('1M', '2024-03-31T22:30:00Z', zone)).toBe('2024-03-31T22:00 2024-04-30T22:00');
    expect(around(4 * HOUR, '2024-01-10T23:30:00Z', zone)).toBe('2024-01-10T20:00 2024-01-11T00:00');
  });

  test('the days on which clocks change have 23 and 25 hours', () => {
    expect(around(DAY, '2024-03-31T12:00:00Z', 'Europe/Madrid')).toBe('2024-03-30T23:00 2024-03-31T22:00');
    expect(around(DAY, '2024-10-27T12:00:00Z', 'Europe/Madrid')).toBe('2024-10-26T22:00 2024-10-27T23:00');
  });

  test('a day whose midnight is skipped begins at the jump', () => {
    expect(around(DAY, '2024-03-31T12:00:00Z', 'Asia/Beirut')).toBe('2024-03-30T22:00 2024-03-31T21:00');
    expect(around(DAY, '2024-03-30T12:00:00Z', 'Asia/Beirut')).toBe('2024-03-29T22:00 2024-03-30T22:00');
  });

  test('windows follow each other without a gap, in every zone', () => {
    const lengths = fc.constantFrom<WindowLength>(MINUTE, 10 * MINUTE, DAY, 3 * DAY, '1w', '1M');
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Madrid',
      'Asia/Kolkata',
      'Asia/Beirut',
      'America/Havana',
      'Asia/Tehran',
    );
    const times = fc.integer({ min: Date.UTC(2005), max: Date.UTC(2030) });
    fc.assert(
      fc.property(lengths, zones, times, (length, zone, time) => {
        const windows = windowsOf(length, zone);
        const start = windows.startOf(time);
        const end = windows.endOf(start);
        expect(start).toBeLessThanOrEqual(time);
        expect(end).toBeGreaterThan(time);
        expect(windows.startOf(start)).toBe(start);
        expect(windows.startOf(end - 1)).toBe(start);
        expect(windows.startOf(end)).toBe(end);
      }),
    );
  });
});
