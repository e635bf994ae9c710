import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSpan, formatTime, parseSpan, readTime } from '../../../src/core/util/time.ts';

describe('spans', () => {
  test.each([
    ['10m', 600_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['2d', 172_800_000],
    ['1.5h', 5_400_000],
  ])('%s is %d ms', (text, span) => expect(parseSpan(text)).toBe(span));

  test.each(['', '10', 'm', '10 m', '10m!', '-5s', '1x'])('%j is not a span', (text) =>
    expect(() => parseSpan(text)).toThrow(RangeError),
  );

  test('formatSpan and parseSpan are inverse', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (span) => {
        expect(parseSpan(formatSpan(span))).toBe(span);
      }),
    );
  });
});

describe('times', () => {
  test.each([
    ['2026-03-02T10:15:22.000Z', '2026-03-02T10:15:22.000Z'],
    ['2025-05-30 16:39:00+00:00', '2025-05-30T16:39:00.000Z'],
    ['2025-05-30T16:39:00+0330', '2025-05-30T13:09:00.000Z'],
    ['2025-05-30T16:39:00-05', '2025-05-30T21:39:00.000Z'],
    ['2025-05-30T16:39:00,5Z', '2025-05-30T16:39:00.500Z'],
    ['2025-05-30T16:39:00.123456Z', '2025-05-30T16:39:00.123Z'],
    ['2025-05-30T16:39', '2025-05-30T16:39:00.000Z'],
    ['2025-05-30', '2025-05-30T00:00:00.000Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
    ['2025-12-31T24:00:00Z', '2026-01-01T00:00:00.000Z'],
    ['2025-12-31T24:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ])('%s is %s in any local time zone', (text, utc) => {
    const zone = process.env.TZ;
    for (const there of ['UTC', 'Asia/Tehran', 'America/New_York']) {
      process.env.TZ = there;
      expect(formatTime(readTime(text))).toBe(utc);
    }
    process.env.TZ = zone;
    if (zone === undefined) delete process.env.TZ;
  });

  test.each([
    '',
    'yesterday',
    '2026-13-01T00:00:00.000Z',
    '2026-03-02T25:15:22.000Z',
    '2026-03-02T10:15:xx.000Z',
    '12:00',
    '2025-02-30',
    '2025-02-29T10:00:00.000Z',
    '2025-04-31T10:00:00Z',
    '2026-00-10T10:00:00.000Z',
    '2025-06-01T24:61:00Z',
    '2025-06-01T24:00:01.000Z',
    '2025-06-01T10:60:00.000Z',
    '2025-06-01T10:00:60Z',
    '2025-06-01T10:00:00+24:00',
    '2025-06-01T10:00:00+01:60',
  ])('%j is not a time', (text) => expect(readTime(text)).toBeNaN());

  test('a text is a time exactly if its fields exist in the calendar and on the clock', () => {
    const two = (n: number): string => String(n).padStart(2, '0');
    const upTo = (max: number) => fc.integer({ min: 0, max });
    const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 9999 }),
        upTo(13),
        upTo(32),
        upTo(23),
        upTo(61),
        upTo(61),
        (...fields) => {
          const [year, month, day, hour, minute, second] = fields;
          const isReal =
            month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && minute < 60 && second < 60;
          const time = isReal ? Date.UTC(year, month - 1, day, hour, minute, second) : Number.NaN;
          const text = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
          expect([readTime(`${text}Z`), readTime(`${text}.000Z`)]).toEqual([time, time]);
        },
      ),
      { seed: 7 },
    );
  });

  test('formatTime agrees with Date, also before 1970, and readTime is its inverse', () => {
    fc.assert(
      fc.property(fc.integer({ min: -6e12, max: 6e12 }), (time) => {
        expect(formatTime(time)).toBe(new Date(time).toISOString());
        expect(readTime(formatTime(time))).toBe(time);
      }),
    );
  });
});
