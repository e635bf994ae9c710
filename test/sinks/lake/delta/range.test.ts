import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../../../src/market/catalog/columns.ts';
import { rangeCollector } from '../../../../src/sinks/lake/delta/range.ts';
import type { StoredValue } from '../../../../src/sinks/lake/parquet/pages.ts';
import type { Physical } from '../../../../src/sinks/lake/parquet/schema.ts';

function statsOf(type: ColumnType, stored: Physical, values: readonly StoredValue[], perMilli?: number) {
  const leaf = { path: ['x'], type: stored, definition: 1, repetition: 0, perMilli, levels: [1] };
  const range = rangeCollector({ name: 'x', type, help: '' }, [leaf]);
  for (const value of values) range.add([value]);
  return range.stats(values.length + 1);
}

describe('the range of stored values', () => {
  test('the range of texts follows their byte order', () => {
    const texts = ['b', '\u{1F680}', '\uFF5E'].map((text) => Buffer.from(text));
    expect(statsOf('text', 'BYTE_ARRAY', texts)).toEqual({ min: 'b', max: '\u{1F680}', nulls: 1 });
  });

  test('the range of microseconds is rounded outward to milliseconds', () => {
    expect(statsOf('time', 'INT64', [1_001n, 5_999n], 1000)).toEqual({ min: 1, max: 6, nulls: 1 });
  });

  test.each([
    ['numbers among which is a NaN', statsOf('number', 'DOUBLE', [1, Number.NaN, 2])],
    ['whole numbers past 2^53', statsOf('integer', 'INT64', [1n, 2n ** 60n])],
    ['a type that is stored in another way', statsOf('time', 'INT96', [1n])],
    ['nothing but nulls', { ...statsOf('number', 'DOUBLE', []), nulls: 1 }],
  ])('%s: the range is undefined', (_, { min, max }) => {
    expect([min, max]).toEqual([undefined, undefined]);
  });

  test('the range of a column that the file lacks counts all rows as nulls', () => {
    expect(rangeCollector({ name: 'y', type: 'text', help: '' }, []).stats(3)).toEqual({
      min: undefined,
      max: undefined,
      nulls: 3,
    });
  });
});
