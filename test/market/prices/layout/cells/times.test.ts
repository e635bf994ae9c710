import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeReader } from '../../../../../src/market/prices/layout/cells/times.ts';
import { openZone } from '../../../../../src/market/prices/layout/cells/wall-time.ts';

const NOON = Date.UTC(2025, 5, 1, 12);
const read = timeReader(undefined, undefined, true);

describe('a time', () => {
  test.each([
    '2025-06-01T12:00:00Z',
    '2025-06-01T12:00:00.000Z',
    '2025-06-01 12:00:00.000000000Z',
    '2025-06-01 12:00:00+00:00',
    '2025-06-01 12:00:00',
    '2025-06-01 12:00',
    '2025-06-01 12:00:00 UTC',
    '2025-06-01 12:00:00.000 UTC',
    '2025-06-01T15:30:00.000+03:30',
    '2025-06-01T08:00:00-0400',
    '2025-06-01 14:00:00+02',
    '2025-06-01T12:00Z',
    '2025/06/01 12:00:00',
    '2025.06.01 12:00',
    '2025-6-1 12:00:00',
    '2025-06-01 12-PM',
    '2025-06-01 12:00 PM',
    '20250601120000',
    '202506011200',
    '20250601 120000',
    '20250601T120000Z',
    '1 Jun 2025 12:00',
    '01-Jun-2025 12:00:00',
    'Jun 01, 2025 12:00:00 PM',
    'June 1 2025 12:00',
    'Sun, 01 Jun 2025 12:00:00 GMT',
    '01.06.2025 14:00:00 GMT+0200',
    '1748779200',
    '1748779200.000',
    '1748779200000',
    ' 1748779200000 ',
    '1748779200000000',
    '1748779200000000000',
    '1748779200000.0',
  ])('%s', (text) => {
    expect(timeReader('dmy', undefined, true)(text)).toBe(NOON);
  });

  test.each([
    [1748779200, NOON],
    [1748779200.123, NOON + 123],
    [1748779200000, NOON],
    [1748779200000000, NOON],
    [1748779200000000000n, NOON],
    [1748779200000999999n, NOON],
    [1748779200000n, NOON],
    [20250601, Date.UTC(2025, 5, 1)],
  ])('%s as a number', (cell, time) => {
    expect(read(cell)).toBe(time);
  });

  test.each([
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['20240229', Date.UTC(2024, 1, 29)],
    ['2024-02-29T24:00:00Z', Date.UTC(2024, 2, 1)],
    ['2024-02-29 23:59:59.999', Date.UTC(2024, 2, 1) - 1],
    ['1709251200023999', Date.UTC(2024, 2, 1) + 23],
    ['1735689600999999', Date.UTC(2025, 0, 1) + 999],
    ['1709251200.0239', Date.UTC(2024, 2, 1) + 24],
    ['2024-01-01 12:30 AM', Date.UTC(2024, 0, 1, 0, 30)],
    ['2024-01-01 11:30 PM', Date.UTC(2024, 0, 1, 23, 30)],
    ['20240101235959123', Date.UTC(2024, 0, 1, 23, 59, 59) + 123],
  ])('%s', (text, time) => {
    expect(read(text)).toBe(time);
  });

  test.each([
    '',
    '-',
    'yesterday',
    '2025-02-29',
    '2025-06-31T00:00:00Z',
    '2025-13-01',
    '2025-06-01 25:00:00',
    '2025-06-01 12:60:00',
    '2025-06-01 13:00 PM',
    '2025-06-01 12:00:00 CET',
    '20250231',
    '12',
    '1e12',
    '1.58633E+12',
    '-5',
    '01/06/25',
    null,
    undefined,
    true,
    Number.NaN,
  ])("'%s' is none", (cell) => {
    expect(read(cell)).toBeNaN();
  });

  test('01/02/2024 is none until the order of its parts is known', () => {
    expect(read('01/02/2024')).toBeNaN();
    expect(timeReader('dmy', undefined, true)('01/02/2024 05:06')).toBe(Date.UTC(2024, 1, 1, 5, 6));
    expect(timeReader('mdy', undefined, true)('1/2/2024 5:06:07 PM')).toBe(Date.UTC(2024, 0, 2, 17, 6, 7));
  });

  test('a time is the same in every form', () => {
    const forms: ((time: number) => string | number | bigint)[] = [
      (time) => new Date(time).toISOString(),
      (time) => new Date(time).toISOString().replace('T', ' ').replace('Z', ''),
      (time) => new Date(time + 5_400_000).toISOString().replace('Z', '+01:30'),
      (time) => String(time),
      (time) => time,
      (time) => `${time}000`,
      (time) => time * 1000,
      (time) => BigInt(time) * 1_000_000n,
      (time) => String(time / 1000),
      (time) => new Date(time).toISOString().replace(/\D/g, ''),
    ];
    const times = fc.integer({ min: Date.UTC(1990), max: Date.UTC(2099) });
    fc.assert(
      fc.property(times, fc.constantFrom(...forms), (time, form) => {
        expect(timeReader(undefined, undefined, true)(form(time))).toBe(time);
      }),
    );
  });
});

describe('a time of a zone', () => {
  const MADRID = openZone('Europe/Madrid')!;
  const at = (texts: readonly string[], repeats: boolean | undefined) => {
    const reader = timeReader(undefined, MADRID, repeats);
    return texts
      .map((text) => reader(text))
      .map((time) => (Number.isNaN(time) ? '-' : new Date(time).toISOString().slice(8, 16)));
  };

  test('a time of a zone has the offset of its season', () => {
    expect(at(['2024-01-01 12:00:00', '2024-07-01 12:00:00', '20240701120000', '2024-07-01'], true)).toEqual([
      '01T11:00',
      '01T10:00',
      '01T10:00',
      '30T22:00',
    ]);
  });

  test('a time with an offset, or an epoch count, is not moved by a zone', () => {
    expect(at(['2024-07-01 12:00:00Z', '2024-07-01T12:00:00+01:00', '1719835200'], true)).toEqual([
      '01T12:00',
      '01T11:00',
      '01T12:00',
    ]);
  });

  test('a time in an hour that its zone skips is undefined', () => {
    expect(
      at(['2024-03-31 01:59', '2024-03-31 02:00', '2024-03-31 02:59', '2024-03-31 03:00'], true),
    ).toEqual(['31T00:59', '-', '-', '31T01:00']);
  });

  test('a time in a repeated hour continues from the row before it', () => {
    const quarters = ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00'].map(
      (clock) => `2024-10-27 ${clock}`,
    );
    expect(at(quarters, false)).toEqual([
      '26T23:30',
      '27T00:00',
      '27T00:30',
      '27T01:00',
      '27T01:30',
      '27T02:00',
    ]);
  });

  test('trades that share a time of a repeated hour stay in its first hour; bars that share it are an hour apart', () => {
    const twice = ['01:59', '02:00', '02:00'].map((clock) => `2024-10-27 ${clock}`);
    expect(at(twice, true)).toEqual(['26T23:59', '27T00:00', '27T00:00']);
    expect(at(twice, false)).toEqual(['26T23:59', '27T00:00', '27T01:00']);
  });

  test('a time in a repeated hour is undefined without a row before it, or without an order of rows', () => {
    expect(at(['2024-10-27 02:00', '2024-10-27 03:00'], true)).toEqual(['-', '27T02:00']);
    expect(at(['2024-10-27 01:00', '2024-10-27 02:00'], undefined)).toEqual(['26T23:00', '-']);
  });

  test('a time of a zone comes back from the clocks of any zone and hour', () => {
    const zones = [
      'Europe/Madrid',
      'America/New_York',
      'Asia/Kolkata',
      'Asia/Tehran',
      'Australia/Lord_Howe',
      'UTC',
    ].map((name) => openZone(name)!);
    const times = fc
      .integer({ min: Date.UTC(2000) / 60_000, max: Date.UTC(2030) / 60_000 })
      .map((minute) => minute * 60_000);
    fc.assert(
      fc.property(times, fc.constantFrom(...zones), (time, zone) => {
        const instants = zone.instantsOf(zone.wallAt(time));
        expect(instants).toContain(time);
        expect(instants.length).toBeLessThanOrEqual(2);
        for (const instant of instants) expect(zone.wallAt(instant)).toBe(zone.wallAt(time));
      }),
      { numRuns: 300, seed: 14 },
    );
  });

  test('a time of a zone that does not exist is undefined', () => {
    expect(openZone('Europe/Nowhere')).toBeUndefined();
  });
});
