import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Column } from '../../../../src/market/catalog/columns.ts';
import type { ColumnValue } from '../../../../src/sinks/cells.ts';
import {
  type ColumnBuffer,
  emptyChain,
  newColumnBuffer,
  type RowChain,
} from '../../../../src/sinks/lake/buffer/column-buffer.ts';
import { cellsOf } from '../runs.ts';

const columns: readonly Column[] = [
  { name: 'price', type: 'number', help: '' },
  { name: 'text', type: 'text', help: '' },
  { name: 'tags', type: 'texts', help: '' },
];

const all = (buffer: ColumnBuffer, chain: RowChain, column: number): ColumnValue[] =>
  cellsOf(columns[column]!.type, buffer.take(chain).column(column, 0, chain.count), chain.count);

describe('a column buffer', () => {
  test('a column buffer returns the rows of each chain in order, whatever was added and released in between', () => {
    const row = fc.tuple(
      fc.option(fc.double({ noNaN: true })),
      fc.option(fc.string({ unit: 'grapheme', maxLength: 100 })),
      fc.option(fc.array(fc.string(), { maxLength: 3 })),
    );
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ chain: fc.nat(3), row }) },
      { weight: 1, arbitrary: fc.record({ chain: fc.nat(3) }) },
    );
    const run = (steps: readonly { chain: number; row?: ColumnValue[] }[]) => {
      const buffer = newColumnBuffer(columns);
      const chains = [0, 1, 2, 3].map(() => ({ chain: emptyChain(), rows: [] as ColumnValue[][] }));
      for (const { chain, row } of steps) {
        const one = chains[chain]!;
        if (row) {
          buffer.add(one.chain, row);
          one.rows.push(row);
        } else {
          buffer.release(one.chain);
          chains[chain] = { chain: emptyChain(), rows: [] };
        }
      }
      for (const { chain, rows } of chains) {
        const taken = columns.map((_, i) => all(buffer, chain, i));
        expect(rows.map((_, i) => taken.map((column) => column[i]))).toEqual(rows);
      }
    };
    fc.assert(fc.property(fc.array(step, { maxLength: 300 }), run), { numRuns: 60 });
  });

  test('a column buffer reuses the slots of released rows over several blocks', () => {
    const buffer = newColumnBuffer(columns);
    const [first, second] = [emptyChain(), emptyChain()];
    for (let i = 0; i < 10_000; i++) buffer.add(first, [i, `a${i}`, null]);
    buffer.release(first);
    for (let i = 0; i < 20_000; i++) buffer.add(second, [null, `b${i}`, null]);
    const { column } = buffer.take(second);
    expect(all(buffer, second, 0).every((cell) => cell === null)).toBe(true);
    expect(all(buffer, second, 1)).toEqual(Array.from({ length: 20_000 }, (_, i) => `b${i}`));
    expect(cellsOf('text', column(1, 5000, 5002), 2)).toEqual(['b5000', 'b5001']);
    expect(column(2, 0, 20_000)).toBeUndefined();
  });

  test('a column buffer counts the memory of rows: a cell per value, and chunks of unshared texts', () => {
    const buffer = newColumnBuffer(columns);
    const chain = emptyChain();
    const bytesOf = (row: ColumnValue[]): number => {
      const before = chain.bytes;
      buffer.add(chain, row);
      return chain.bytes - before;
    };
    const bare = bytesOf([null, null, null]);
    expect(bytesOf([1, 'short', null])).toBe(bare + 2 * 8);
    expect(bytesOf([null, 'x'.repeat(100), null])).toBe(bare + 8 + 8192);
    expect(bytesOf([null, null, ['a', 'b']])).toBe(bare + 8);
    expect(bytesOf([null, 'x'.repeat(100), null])).toBe(bare + 8);
    for (let i = 0; i < 1000; i++) buffer.add(chain, [null, `#${i}`, null]);
    const full = chain.bytes;
    for (let i = 0; i < 500; i++) buffer.add(chain, [null, `##${i}`, null]);
    expect(chain.bytes).toBe(full + 500 * (bare + 8));
    expect(all(buffer, chain, 1).slice(-2)).toEqual(['##498', '##499']);
  });

  test('a column buffer returns repeated and unique texts, also after lookups have stopped', () => {
    const buffer = newColumnBuffer(columns);
    const chain = emptyChain();
    const texts = Array.from({ length: 15_000 }, (_, i) => (i % 7 === 0 ? 'again' : `#${i}`));
    for (const text of texts) buffer.add(chain, [null, text, null]);
    expect(all(buffer, chain, 1)).toEqual(texts);
  });
});
