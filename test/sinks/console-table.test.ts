import { describe, expect, test } from 'vitest';
import { DATASETS } from '../../src/market/datasets.ts';
import { header, inCells, layOut, line } from '../../src/sinks/console-table.ts';

describe('a text in cells', () => {
  test.each([
    ['abc', 5, false, 'abc  '],
    ['abc', 5, true, '  abc'],
    ['abcde', 5, false, 'abcde'],
    ['abcdef', 5, false, 'abcd…'],
    ['🚀🚀🚀', 6, false, '🚀🚀🚀'],
    ['🚀🚀🚀', 5, false, '🚀🚀…'],
    ['🚀🚀🚀', 4, false, '🚀… '],
    ['بیت', 4, false, 'بیت '],
    ['👩‍💻x', 4, false, '👩‍💻x '],
  ])('%j in %i', (text, width, right, shown) => {
    expect(inCells(text, width, right)).toBe(shown);
  });

  test('brings no line end or escape sequence to the terminal', () => {
    expect(inCells('a\n\u001b[31mb', 8)).toBe('a [31mb ');
  });
});

describe('a table', () => {
  const { columns } = DATASETS.candles;

  test('shows the fields named, in that order, the last one as wide as there is room', () => {
    const laid = layOut(columns, ['window_start', 'close', 'coin'], 60);
    expect(header(laid)).toBe('window_start                       close  coin');
    expect(laid.map(({ width }) => width)).toEqual([24, 14, 18]);
  });

  test('shows as many of the columns as fit when none are named', () => {
    expect(layOut(columns, [], 70).map(({ name }) => name)).toEqual(['coin', 'quote', 'window']);
    expect(layOut(columns, [], 5).map(({ name }) => name)).toEqual(['coin']);
  });

  test('puts numbers to the right, lists in one cell, and leaves cells without a value blank', () => {
    const laid = layOut(
      DATASETS['tweets-processed'].columns,
      ['hashtags', 'reply_count', 'coin', 'text'],
      90,
    );
    const row = { hashtags: ['a', 'b'], reply_count: 7, coin: null, text: 'x', other: 1 };
    expect(line(laid, row)).toBe(`a b${' '.repeat(29)}7${' '.repeat(24)}x`);
  });
});
