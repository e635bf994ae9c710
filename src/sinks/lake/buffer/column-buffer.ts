import type { Column, ColumnType } from '../../../market/catalog/datasets.ts';
import type { Cell } from '../../cells.ts';
import {
  noTexts,
  type StringBuffer,
  type TextRun,
  textRun,
  textStore,
  type Words,
  wordsAt,
} from './string-buffer.ts';

/** Values of a column: numbers (of booleans 0 and 1) with NaN for null, or texts; undefined when all are null. */
export type Values = Float64Array | TextRun | undefined;

/** Rows as they are read: column by column, for all at once would be a second copy of them. */
export interface Rows {
  readonly count: number;
  /** Memory that they take, about. */
  readonly bytes: number;
  /** Values of a column in rows `from` to `to`. */
  column(index: number, from: number, to: number): Values;
  /** The same rows of a text column as words, where it has few; undefined otherwise. */
  words(index: number, from: number, to: number): Words | undefined;
}

/** A chain of rows in the order they were added. */
export interface Chain {
  head: number;
  tail: number;
  count: number;
  /** Memory, about. */
  bytes: number;
  readonly texts: StringBuffer;
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
/** After so many more texts that were new than ones met again, a column's texts are not looked up any more. */
const MOST_NEW = 10_000;

export const emptyChain = (): Chain => ({ head: END, tail: END, count: 0, bytes: 0, texts: noTexts() });

/**
 * Holds the rows of one sink by column in blocks that are used again and never copied, so that memory has a bound
 * and the garbage collector little to do, however many folders the rows are for.
 */
export interface ColumnBuffer {
  /** Adds a row to a chain. */
  add(chain: Chain, cells: readonly Cell[]): void;
  /** All rows of a chain, or those at these places in it. */
  gather(chain: Chain, places?: Int32Array): Rows;
  /** The places of a chain's rows are free again. */
  release(chain: Chain): void;
}

/** What texts of a column have been met. */
interface Known {
  readonly places: Map<string, number>;
  /** Texts that were new, less those met again. */
  news: number;
}

const holdsTexts = (type: ColumnType): boolean => type === 'text' || type === 'json' || type === 'texts';

export function newColumnBuffer(columns: readonly Column[]): ColumnBuffer {
  /** By column, then by block; one without values is never made. A text is its place; ~place, if it is shared. */
  const blocks: (Float64Array | undefined)[][] = columns.map(() => []);
  const known = columns.map((): Known => ({ places: new Map(), news: 0 }));
  const texts = textStore();
  const shared = noTexts();
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

  function valuesAt(column: number, block: number): Float64Array {
    const made = new Float64Array(BLOCK).fill(Number.NaN);
    blocks[column]![block] = made;
    return made;
  }

  function keepText(column: number, chain: Chain, text: string): number {
    const { places, news } = known[column]!;
    if (text.length > SHARED_LENGTH || news > MOST_NEW) return texts.store(chain.texts, text);
    const same = places.get(text);
    known[column]!.news += same === undefined ? 1 : -1;
    if (same !== undefined) return same;
    if (places.size >= SHARED_TEXTS) return texts.store(chain.texts, text);
    const place = -1 - texts.store(shared, text);
    places.set(text, place);
    return place;
  }

  function numberOf(column: number, chain: Chain, cell: Exclude<Cell, null>): number {
    if (typeof cell === 'number') return cell;
    if (typeof cell === 'string') return keepText(column, chain, cell);
    return typeof cell === 'object' ? texts.storeList(chain.texts, cell) : Number(cell);
  }

  function put(column: number, chain: Chain, slot: number, cell: Cell): void {
    const held = blocks[column]![slot >> SHIFT];
    if (cell === null) {
      if (held) held[slot & MASK] = Number.NaN;
      return;
    }
    chain.bytes += CELL_BYTES;
    (held ?? valuesAt(column, slot >> SHIFT))[slot & MASK] = numberOf(column, chain, cell);
  }

  function slotsOf({ head, count }: Chain): Int32Array {
    const slots = new Int32Array(count);
    for (let i = 0, slot = head; i < count; i++, slot = linkAt(slot)) slots[i] = slot;
    return slots;
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

    gather(chain, places) {
      const all = slotsOf(chain);
      const slots = places === undefined ? all : places.map((place) => all[place]!);
      return {
        count: slots.length,
        bytes: chain.bytes,
        column(index, from, to) {
          const made = blocks[index]!;
          if (made.length === 0) return undefined;
          const values = gather(made, slots.subarray(from, to));
          const { type } = columns[index]!;
          return holdsTexts(type) ? textRun(values, chain.texts, shared, type === 'texts') : values;
        },
        words(index, from, to) {
          const made = blocks[index]!;
          const { type } = columns[index]!;
          if (made.length === 0 || !(type === 'text' || type === 'json')) return undefined;
          return wordsAt(gather(made, slots.subarray(from, to)), shared);
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

function gather(blocks: readonly (Float64Array | undefined)[], slots: Int32Array): Float64Array {
  const values = new Float64Array(slots.length);
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!;
    const block = blocks[slot >> SHIFT];
    values[i] = block === undefined ? Number.NaN : block[slot & MASK]!;
  }
  return values;
}
