import type { Column } from '../../market/datasets.ts';
import type { Cell } from '../cells.ts';
import { noTexts, type Texts, textStore } from './texts.ts';

/** Values of a column: numbers unboxed with NaN for null, other cells as they are; undefined when all are null. */
export type Values = Float64Array | Cell[] | undefined;

/** Rows as they are read: column by column, for all at once would be a second copy of them. */
export interface Rows {
  readonly count: number;
  /** Memory that they take, about. */
  readonly bytes: number;
  /** Values of a column in rows `from` to `to`. */
  column(index: number, from: number, to: number): Values;
}

/** A chain of rows in the order they were added. */
export interface Chain {
  head: number;
  tail: number;
  count: number;
  /** Memory, about. */
  bytes: number;
  readonly texts: Texts;
}

/** Rows of a block; a power of two. */
const SHIFT = 12;
const BLOCK = 1 << SHIFT;
const MASK = BLOCK - 1;
const END = -1;
/** A cell's place in a block, or a row's link. */
const CELL_BYTES = 8;
/** A column shares so many of its texts, none longer: a text met again costs its cell alone. */
const SHARED_TEXTS = 1000;
const SHARED_LENGTH = 64;

export const emptyChain = (): Chain => ({ head: END, tail: END, count: 0, bytes: 0, texts: noTexts() });

/**
 * Holds the rows of one sink by column in blocks that are used again and never copied, so that memory has a bound
 * and the garbage collector little to do, however many folders the rows are for.
 */
export interface Arena {
  /** Adds a row to a chain. */
  add(chain: Chain, cells: readonly Cell[]): void;
  gather(chain: Chain): Rows;
  /** The places of a chain's rows are free again. */
  release(chain: Chain): void;
}

const isNumeric = ({ type }: Column): boolean => type === 'number' || type === 'integer' || type === 'time';

export function newArena(columns: readonly Column[]): Arena {
  const numeric = columns.map(isNumeric);
  /** By column, then by block; one without values is never made. A text is itself if shared, else its place. */
  const blocks: Values[][] = columns.map(() => []);
  const shared = columns.map(() => new Map<string, string>());
  const texts = textStore();
  /** The next row of the chain, or of the free places. */
  const links: Int32Array[] = [];
  let free = END;

  const linkAt = (slot: number): number => links[slot >> SHIFT]![slot & MASK]!;
  const setLink = (slot: number, next: number): void => {
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

  function valuesAt(column: number, block: number): Float64Array | Cell[] {
    const made = numeric[column]
      ? new Float64Array(BLOCK).fill(Number.NaN)
      : new Array<Cell>(BLOCK).fill(null);
    blocks[column]![block] = made;
    return made;
  }

  function keepText(column: number, chain: Chain, text: string): string | number {
    if (text.length > SHARED_LENGTH) return texts.store(chain.texts, text);
    const known = shared[column]!;
    const same = known.get(text);
    if (same !== undefined) return same;
    if (known.size >= SHARED_TEXTS) return texts.store(chain.texts, text);
    known.set(text, text);
    return text;
  }

  function put(column: number, chain: Chain, slot: number, cell: Cell): void {
    let held = blocks[column]![slot >> SHIFT];
    if (cell === null) {
      if (held) held[slot & MASK] = numeric[column] ? Number.NaN : null;
      return;
    }
    held ??= valuesAt(column, slot >> SHIFT);
    chain.bytes += CELL_BYTES;
    if (typeof cell === 'string') held[slot & MASK] = keepText(column, chain, cell);
    else if (typeof cell === 'object') held[slot & MASK] = keepText(column, chain, JSON.stringify(cell));
    else held[slot & MASK] = cell;
  }

  function slotsOf({ head, count }: Chain): Int32Array {
    const slots = new Int32Array(count);
    for (let i = 0, slot = head; i < count; i++, slot = linkAt(slot)) slots[i] = slot;
    return slots;
  }

  function gatherCells(column: number, made: readonly Values[], chain: Chain, slots: Int32Array): Cell[] {
    const lists = columns[column]!.type === 'texts';
    const cells: Cell[] = [];
    for (const slot of slots) {
      const held = made[slot >> SHIFT]?.[slot & MASK] ?? null;
      const cell = typeof held === 'number' ? texts.load(chain.texts, held) : held;
      cells.push(lists && cell !== null ? (JSON.parse(cell as string) as string[]) : cell);
    }
    return cells;
  }

  return {
    add(chain, cells) {
      if (free === END) newBlock();
      const slot = free;
      free = linkAt(slot);
      const before = chain.texts.bytes;
      for (let i = 0; i < cells.length; i++) put(i, chain, slot, cells[i]!);
      chain.bytes += CELL_BYTES + chain.texts.bytes - before;
      if (chain.count === 0) chain.head = slot;
      else setLink(chain.tail, slot);
      chain.tail = slot;
      chain.count++;
    },

    gather(chain) {
      const slots = slotsOf(chain);
      return {
        count: chain.count,
        bytes: chain.bytes,
        column(index, from, to) {
          const made = blocks[index]!;
          if (made.length === 0) return undefined;
          const part = slots.subarray(from, to);
          return numeric[index] ? gatherNumbers(made, part) : gatherCells(index, made, chain, part);
        },
      };
    },

    release(chain) {
      if (chain.count === 0) return;
      texts.release(chain.texts);
      setLink(chain.tail, free);
      free = chain.head;
    },
  };
}

function gatherNumbers(blocks: readonly Values[], slots: Int32Array): Float64Array {
  const values = new Float64Array(slots.length);
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!;
    const block = blocks[slot >> SHIFT];
    values[i] = block ? (block[slot & MASK] as number) : Number.NaN;
  }
  return values;
}
