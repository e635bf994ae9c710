import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../../../../src/market/catalog/columns.ts';
import type { ColumnValue } from '../../../../../src/sinks/cells.ts';
import { textsOfRows } from '../../../../../src/sinks/lake/buffer/string-buffer.ts';
import { isBeforeInUtf8, joinStats, shred } from '../../../../../src/sinks/lake/parquet/columns/shred.ts';
import { run } from '../../runs.ts';

const shredded = (type: ColumnType, cells: readonly ColumnValue[]) =>
  shred(type, run(type, cells), cells.length);

const valuesIn = (values: ReturnType<typeof shred>['values']): unknown[] =>
  values instanceof Buffer
    ? [...textsOfRows({ bytes: values, sizes: Int32Array.of(values.length) })].flat()
    : Array.from<unknown>(values);

const plain = ({ values, definition, repetition }: ReturnType<typeof shred>) => ({
  values: valuesIn(values),
  definition: [...Array.from(definition)],
  repetition: [...Array.from(repetition)],
});

describe('levels and values', () => {
  test('number values omit nulls (NaN)', () => {
    expect(plain(shred('number', Float64Array.of(1.5, Number.NaN, 2), 3))).toEqual({
      values: [1.5, 2],
      definition: [1, 0, 1],
      repetition: [],
    });
  });

  test('a column without values is all null', () => {
    const { stats, ...levels } = shred('text', undefined, 3);
    expect(plain({ stats, ...levels })).toMatchObject({ values: [], definition: [0, 0, 0] });
    expect(stats).toEqual({ min: undefined, max: undefined, nulls: 3 });
  });

  test('levels of lists distinguish null, empty and filled lists', () => {
    expect(plain(shredded('texts', [['a', 'b'], null, [], ['c']]))).toEqual({
      values: ['a', 'b', 'c'],
      definition: [3, 3, 0, 1, 3],
      repetition: [0, 1, 0, 0, 0],
    });
  });
});

describe('statistics', () => {
  test('statistics contain minimum, maximum and the null count', () => {
    expect(shred('time', Float64Array.of(3, 1, Number.NaN, 2), 4).stats).toEqual({
      min: 1,
      max: 3,
      nulls: 1,
    });
    expect(shredded('text', ['b', null, 'a', 'c']).stats).toEqual({ min: 'a', max: 'c', nulls: 1 });
  });

  test('lists, JSON and booleans have no statistics', () => {
    expect(shredded('texts', [['a']]).stats.min).toBeUndefined();
    expect(shredded('json', ['{}']).stats.min).toBeUndefined();
    expect(shredded('boolean', [true]).stats.min).toBeUndefined();
  });

  test('statistics order texts by UTF-8 bytes: an emoji comes after U+FF5E', () => {
    expect(shredded('text', ['🚀', '～']).stats).toMatchObject({ min: '～', max: '🚀' });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(isBeforeInUtf8(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0);
      }),
      { numRuns: 500 },
    );
  });

  test('statistics of two parts join into those of the whole', () => {
    const cell = fc.option(fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(cell), fc.array(cell), (a, b) => {
        const stats = (cells: (string | null)[]) => shredded('text', cells).stats;
        expect(joinStats(stats(a), stats(b))).toEqual(stats([...a, ...b]));
      }),
      { numRuns: 200 },
    );
  });
});
