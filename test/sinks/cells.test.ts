import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../src/core/stream/record.ts';
import type { ColumnType } from '../../src/market/catalog/columns.ts';
import { cellReader } from '../../src/sinks/cells.ts';

const reader = (type: ColumnType) => cellReader({ name: 'x', type, help: '' });

describe('a cell', () => {
  test.each<[ColumnType, unknown, unknown]>([
    ['text', '1790000000000000001', '1790000000000000001'],
    ['number', -0.5, -0.5],
    ['integer', 2 ** 53 - 1, 2 ** 53 - 1],
    ['boolean', false, false],
    ['texts', ['a', '🚀'], ['a', '🚀']],
    ['texts', [], []],
    ['json', { btc: 0.5 }, '{"btc":0.5}'],
    ['json', 'a', '"a"'],
    ['time', '2026-03-02T00:00:00.000Z', Date.UTC(2026, 2, 2)],
    ['time', '2026-03-02T03:30:00+03:30', Date.UTC(2026, 2, 2)],
    ['time', '1969-12-31T23:59:59.999Z', -1],
  ])('a cell of type %s accepts %j', (type, value, cell) => {
    expect(reader(type)(value)).toEqual(cell);
  });

  test.each<[ColumnType, unknown, string]>([
    ['text', 1.79e18, 'x: 1790000000000000000 is no text'],
    ['number', '1', 'x: "1" is no number'],
    ['number', '-', 'x: "-" is no number'],
    ['integer', 1.5, 'x: 1.5 is no whole number within 2^53'],
    ['integer', 2 ** 53, 'x: 9007199254740992 is no whole number within 2^53'],
    ['boolean', 1, 'x: 1 is no true or false'],
    ['texts', 'a', 'x: "a" is no list of texts'],
    ['texts', ['a', 1], 'x: ["a",1] is no list of texts'],
    ['time', 'yesterday', 'x: "yesterday" is no time'],
    ['time', 1772409600000, 'x: 1772409600000 is no time'],
    [
      'time',
      '9999-12-31T23:59:59-01:00',
      'x: "9999-12-31T23:59:59-01:00" is no time between the years 1 and 9999',
    ],
    [
      'time',
      '0001-01-01T00:00:00+01:00',
      'x: "0001-01-01T00:00:00+01:00" is no time between the years 1 and 9999',
    ],
  ])('a cell of type %s refuses %j with a reason', (type, value, reason) => {
    expect(() => reader(type)(value)).toThrow(new InvalidRecord(reason));
  });

  test.each<ColumnType>(['text', 'number', 'integer', 'boolean', 'texts', 'json', 'time'])(
    'a cell of type %s is null for a null or missing value',
    (type) => {
      expect([reader(type)(null), reader(type)(undefined)]).toEqual([null, null]);
    },
  );

  test('a long value is cut in the reason', () => {
    expect(() => reader('number')('9'.repeat(1000))).toThrow(/^x: "9{59} is no number$/);
  });
});
