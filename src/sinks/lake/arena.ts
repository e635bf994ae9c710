import type { Column } from '../../market/datasets.ts';
import type { Cell } from './cells.ts';

/** Values of a column: numbers unboxed with NaN for null, other cells as they are; undefined when all are null. */
export type Values = Float64Array | Cell[] | undefined;

/** A chain of rows in the order they were added. */
export interface Chain {
  head: number;
  tail: number;
  count: number;
  /** Estimated memory. */
  bytes: number;
}

export const emptyChain = (): Chain => ({ head: END, tail: END, count: 0, bytes: 0 });

/**
 * Holds the rows of one sink by column in blocks that are used again and never copied, so that memory has a bound
 * and the garbage collector little to do, however many folders the rows are for.
 */
export interface Arena {
  /** Adds a row to a chain. */
  add(chain: Chain, cells: readonly Cell[]): void;
  /** The rows of a chain by column. */
  gather(chain: Chain): Values[];
  /** The places of a chain's rows are free again. */
  release(chain: Chain): void;
}

/** Rows of a block; a power of two. */
const SHIFT = 12;
const BLOCK = 1 << SHIFT;
const MASK = BLOCK - 1;
const END = -1;

/** A cell's place in a block. */
const CELL_BYTES = 8;
/** Header of a string or a list in V8's heap. */
const HEADER_BYTES = 24;

const textBytes = (cell: Cell): number => {
  if (typeof cell === 'string') return cell.length + HEADER_BYTES;
  if (typeof cell === 'object' && cell !== null)
    return cell.reduce((sum, part) => sum + part.length + HEADER_BYTES + CELL_BYTES, HEADER_BYTES);
  return 0;
};

const isNumeric = ({ type }: Column): boolean => type === 'number' || type === 'integer' || type === 'time';

export function newArena(columns: readonly Column[]): Arena {
  const numeric = columns.map(isNumeric);
  /** By column, then by block; a block without values is never made. */
  const blocks: Values[][] = columns.map(() => []);
  /** The next row of the chain, or of the free places. */
  const links: Int32Array[] = [];
  /** The last text of each column: columns of few values share their strings, and a repeated one costs no more. */
  const lastTexts: Cell[] = columns.map(() => null);
  let free = END;

  const newBlock = (): void => {
    const first = links.length << SHIFT;
    const block = new Int32Array(BLOCK);
    for (let i = 0; i < BLOCK; i++) block[i] = first + i + 1;
    block[MASK] = free;
    links.push(block);
    free = first;
  };

  const valuesAt = (column: number, block: number): Float64Array | Cell[] => {
    const made = numeric[column]
      ? new Float64Array(BLOCK).fill(Number.NaN)
      : new Array<Cell>(BLOCK).fill(null);
    blocks[column]![block] = made;
    return made;
  };

  /** Returns the memory that the cell takes. */
  const put = (column: number, slot: number, cell: Cell): number => {
    const held = blocks[column]![slot >> SHIFT];
    if (cell === null) {
      if (held) held[slot & MASK] = numeric[column] ? Number.NaN : null;
      return 0;
    }
    const values = held ?? valuesAt(column, slot >> SHIFT);
    values[slot & MASK] = cell;
    if (typeof cell === 'number' || cell === lastTexts[column]) return CELL_BYTES;
    lastTexts[column] = cell;
    return CELL_BYTES + textBytes(cell);
  };

  const linkAt = (slot: number): number => links[slot >> SHIFT]![slot & MASK]!;

  const slotsOf = ({ head, count }: Chain): Int32Array => {
    const slots = new Int32Array(count);
    for (let i = 0, slot = head; i < count; i++, slot = linkAt(slot)) slots[i] = slot;
    return slots;
  };

  return {
    add(chain, cells) {
      if (free === END) newBlock();
      const slot = free;
      free = linkAt(slot);
      links[slot >> SHIFT]![slot & MASK] = END;
      let bytes = CELL_BYTES;
      for (let i = 0; i < cells.length; i++) bytes += put(i, slot, cells[i]!);
      if (chain.count === 0) chain.head = slot;
      else links[chain.tail >> SHIFT]![chain.tail & MASK] = slot;
      chain.tail = slot;
      chain.count++;
      chain.bytes += bytes;
    },

    gather(chain) {
      const slots = slotsOf(chain);
      return columns.map((_, column) => gatherColumn(blocks[column]!, slots, numeric[column]!));
    },

    release(chain) {
      if (chain.count === 0) return;
      const slots = slotsOf(chain);
      for (const [column, made] of blocks.entries()) if (!numeric[column]) letGo(made, slots);
      links[chain.tail >> SHIFT]![chain.tail & MASK] = free;
      free = chain.head;
    },
  };
}

/** Texts of rows that are gone are left to the garbage collector. */
function letGo(blocks: readonly Values[], slots: Int32Array): void {
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!;
    const block = blocks[slot >> SHIFT];
    if (block) (block as Cell[])[slot & MASK] = null;
  }
}

function gatherColumn(blocks: readonly Values[], slots: Int32Array, numeric: boolean): Values {
  if (blocks.length === 0) return undefined;
  if (numeric) {
    const values = new Float64Array(slots.length);
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      const block = blocks[slot >> SHIFT];
      values[i] = block ? (block[slot & MASK] as number) : Number.NaN;
    }
    return values;
  }
  return Array.from(slots, (slot) => blocks[slot >> SHIFT]?.[slot & MASK] ?? null);
}
