import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Column } from '../../../src/market/datasets.ts';
import { emptyChain, newArena, type Values } from '../../../src/sinks/lake/arena.ts';
import type { Cell } from '../../../src/sinks/lake/cells.ts';

const columns: readonly Column[] = [
  { name: 'price', type: 'number', help: '' },
  { name: 'text', type: 'text', help: '' },
  { name: 'tags', type: 'texts', help: '' },
];

/** Values as cells: NaN and what was never made are null. */
const cells = (values: Values, count: number): Cell[] =>
  values === undefined
    ? new Array<Cell>(count).fill(null)
    : Array.from<Cell>(values).map((cell) => (Number.isNaN(cell) ? null : cell));

describe('an arena', () => {
  test('gives back the rows of each chain in order, whatever was added and released in between', () => {
    const row = fc.tuple(
      fc.option(fc.double({ noNaN: true })),
      fc.option(fc.string()),
      fc.option(fc.array(fc.string(), { maxLength: 3 })),
    );
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ chain: fc.nat(3), row }) },
      { weight: 1, arbitrary: fc.record({ chain: fc.nat(3) }) },
    );
    const run = (steps: readonly { chain: number; row?: Cell[] }[]) => {
      const arena = newArena(columns);
      const chains = [0, 1, 2, 3].map(() => ({ chain: emptyChain(), rows: [] as Cell[][] }));
      for (const { chain, row } of steps) {
        const one = chains[chain]!;
        if (row) {
          arena.add(one.chain, row);
          one.rows.push(row);
        } else {
          arena.release(one.chain);
          chains[chain] = { chain: emptyChain(), rows: [] };
        }
      }
      for (const { chain, rows } of chains) {
        const held = arena.gather(chain).map((values) => cells(values, rows.length));
        expect(rows.map((_, i) => held.map((column) => column[i]))).toEqual(rows);
      }
    };
    fc.assert(fc.property(fc.array(step, { maxLength: 300 }), run), { numRuns: 60 });
  });

  test('uses the places of released rows again over several blocks', () => {
    const arena = newArena(columns);
    const [first, second] = [emptyChain(), emptyChain()];
    for (let i = 0; i < 10_000; i++) arena.add(first, [i, `a${i}`, null]);
    arena.release(first);
    for (let i = 0; i < 20_000; i++) arena.add(second, [null, `b${i}`, null]);
    const [prices, texts, tags] = arena.gather(second);
    expect(cells(prices, 20_000).every((cell) => cell === null)).toBe(true);
    expect(texts).toEqual(Array.from({ length: 20_000 }, (_, i) => `b${i}`));
    expect(tags).toBeUndefined();
  });

  test('counts what texts and lists take, a text repeated by its place alone', () => {
    const arena = newArena(columns);
    const chain = emptyChain();
    const bytesOf = (row: Cell[]): number => {
      const before = chain.bytes;
      arena.add(chain, row);
      return chain.bytes - before;
    };
    const bare = bytesOf([null, null, null]);
    expect(bytesOf([1, null, null])).toBe(bare + 8);
    expect(bytesOf([null, 'x'.repeat(100), null])).toBe(bare + 8 + 24 + 100);
    expect(bytesOf([null, 'x'.repeat(100), null])).toBe(bare + 8);
    expect(bytesOf([null, null, ['ab']])).toBeGreaterThan(bare + 8 + 24 + 2);
  });
});
