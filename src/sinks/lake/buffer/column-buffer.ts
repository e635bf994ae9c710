import type { Column, ColumnType } from '../../../market/catalog/columns.ts';
import type { ColumnValue } from '../../cells.ts';
import {
  type DictionaryRun,
  dictionaryRun,
  newStringBuffer,
  newStringPool,
  type StringBuffer,
  type TextRun,
  textRun,
} from './string-buffer.ts';

/** Values of a column: numbers (of booleans 0 and 1) with NaN for null, or texts; undefined when all are null. */
export type Values = Float64Array | TextRun | undefined;

/** Rows, read one column at a time: all columns at once would be a second copy of them. */
export interface Rows {
  readonly count: number;
  /** Approximate memory in use. */
  readonly bytes: number;
  /** Values of a column in the rows from `from` up to `to`. */
  column(index: number, from: number, to: number): Values;
  /** The same rows as a dictionary; undefined for columns that are not text or have too many distinct values. */
  dictionary(index: number, from: number, to: number): DictionaryRun | undefined;
}

/** A linked list of rows in the order they were added. */
export interface RowChain {
  head: number;
  tail: number;
  count: number;
  /** Approximate memory in use. */
  bytes: number;
  readonly texts: StringBuffer;
}

/** Rows in a block; a power of two. */
const SHIFT = 12;
const BLOCK = 1 << SHIFT;
const MASK = BLOCK - 1;
const END = -1;
/** A cell of a block, or a row's link. */
const CELL_BYTES = 8;
/** A column stores up to this many texts, of up to this length, once for all rows; a repeated text costs only its cell. */
const SHARED_TEXTS = 1000;
const SHARED_LENGTH = 64;
/** A column stops looking texts up once it has seen this many more new texts than repeated ones. */
const MAX_NEW = 10_000;

export const emptyChain = (): RowChain => ({
  head: END,
  tail: END,
  count: 0,
  bytes: 0,
  texts: newStringBuffer(),
});

/**
 * Holds the rows of one sink by column, in blocks that are reused and never copied. Memory stays bounded and garbage
 * collection cheap, whatever the number of folders.
 */
export interface ColumnBuffer {
  /** Adds a row to a chain. */
  add(chain: RowChain, cells: readonly ColumnValue[]): void;
  /** All rows of a chain, or those at these indices. */
  take(chain: RowChain, indices?: Int32Array): Rows;
  /** Frees the slots of a chain's rows. */
  release(chain: RowChain): void;
}

/** Texts of a column that are stored once. */
interface SharedTexts {
  readonly addresses: Map<string, number>;
  /** New texts minus repeated ones. */
  surplus: number;
}

const holdsTexts = (type: ColumnType): boolean => type === 'text' || type === 'json' || type === 'texts';

export function newColumnBuffer(columns: readonly Column[]): ColumnBuffer {
  /** By column, then by block; a block without values is never allocated. A text is its address; ~address if shared. */
  const blocks: (Float64Array | undefined)[][] = columns.map(() => []);
  const known = columns.map((): SharedTexts => ({ addresses: new Map(), surplus: 0 }));
  const texts = newStringPool();
  const shared = newStringBuffer();
  /** The next row of the chain, or the next free slot. */
  const links: Int32Array[] = [];
  let free = END;

  const nextSlot = (slot: number): number => links[slot >> SHIFT]![slot & MASK]!;
  const setNextSlot = (slot: number, next: number): void => {
    links[slot >> SHIFT]![slot & MASK] = next;
  };

  function newBlock(): void {
    const first = links.length << SHIFT;
    const block = new Int32Array(BLOCK);
    for (let i = 0; i < MASK; i++) block[i] = first + i + 1;
    block[MASK] = free;
    links.push(block);
    free = first;
  }

  function newValueBlock(column: number, block: number): Float64Array {
    const values = new Float64Array(BLOCK).fill(Number.NaN);
    blocks[column]![block] = values;
    return values;
  }

  function storeText(column: number, chain: RowChain, text: string): number {
    const { addresses, surplus } = known[column]!;
    if (text.length > SHARED_LENGTH || surplus > MAX_NEW) return texts.store(chain.texts, text);
    const same = addresses.get(text);
    known[column]!.surplus += same === undefined ? 1 : -1;
    if (same !== undefined) return same;
    if (addresses.size >= SHARED_TEXTS) return texts.store(chain.texts, text);
    const address = ~texts.store(shared, text);
    addresses.set(text, address);
    return address;
  }

  function encodeCell(column: number, chain: RowChain, cell: Exclude<ColumnValue, null>): number {
    if (typeof cell === 'number') return cell;
    if (typeof cell === 'string') return storeText(column, chain, cell);
    return typeof cell === 'object' ? texts.storeList(chain.texts, cell) : Number(cell);
  }

  function put(column: number, chain: RowChain, slot: number, cell: ColumnValue): void {
    const block = blocks[column]![slot >> SHIFT];
    if (cell === null) {
      if (block) block[slot & MASK] = Number.NaN;
      return;
    }
    chain.bytes += CELL_BYTES;
    (block ?? newValueBlock(column, slot >> SHIFT))[slot & MASK] = encodeCell(column, chain, cell);
  }

  function slotsOf({ head, count }: RowChain): Int32Array {
    const slots = new Int32Array(count);
    for (let i = 0, slot = head; i < count; i++, slot = nextSlot(slot)) slots[i] = slot;
    return slots;
  }

  return {
    add(chain, cells) {
      if (free === END) newBlock();
      const slot = free;
      free = nextSlot(slot);
      const before = chain.texts.bytes;
      for (let i = 0; i < cells.length; i++) put(i, chain, slot, cells[i]!);
      chain.bytes += CELL_BYTES + chain.texts.bytes - before;
      if (chain.count === 0) chain.head = slot;
      else setNextSlot(chain.tail, slot);
      chain.tail = slot;
      chain.count++;
    },

    take(chain, indices) {
      const all = slotsOf(chain);
      const slots = indices === undefined ? all : indices.map((index) => all[index]!);
      return {
        count: slots.length,
        bytes: chain.bytes,
        column(index, from, to) {
          const columnBlocks = blocks[index]!;
          if (columnBlocks.length === 0) return undefined;
          const values = valuesAtSlots(columnBlocks, slots.subarray(from, to));
          const { type } = columns[index]!;
          return holdsTexts(type) ? textRun(values, chain.texts, shared, type === 'texts') : values;
        },
        dictionary(index, from, to) {
          const columnBlocks = blocks[index]!;
          const { type } = columns[index]!;
          if (columnBlocks.length === 0 || !(type === 'text' || type === 'json')) return undefined;
          return dictionaryRun(valuesAtSlots(columnBlocks, slots.subarray(from, to)), shared);
        },
      };
    },

    release(chain) {
      if (chain.count === 0) return;
      texts.release(chain.texts);
      setNextSlot(chain.tail, free);
      free = chain.head;
    },
  };
}

function valuesAtSlots(blocks: readonly (Float64Array | undefined)[], slots: Int32Array): Float64Array {
  const values = new Float64Array(slots.length);
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!;
    const block = blocks[slot >> SHIFT];
    values[i] = block === undefined ? Number.NaN : block[slot & MASK]!;
  }
  return values;
}
