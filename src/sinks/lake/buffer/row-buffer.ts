import type { Column } from '../../../market/catalog/datasets.ts';
import type { Cell } from '../../cells.ts';
import { placesWithout } from '../purge/pending-deletes.ts';
import { type Arena, newArena, type Rows } from './column-buffer.ts';
import type { Waiting } from './folders.ts';
import type { Share, ToStore } from './partition-writer.ts';

/** The rows of all partitions that wait for their files, and the memory that they take. */
export class HeldRows {
  readonly #arena: Arena;
  #bytes = 0;

  /** `limit`: bytes that may be held, about. */
  constructor(
    readonly columns: readonly Column[],
    readonly limit: number,
  ) {
    this.#arena = newArena(columns);
  }

  isFull(): boolean {
    return this.#bytes > this.limit;
  }

  add({ rows }: Waiting, cells: readonly Cell[]): void {
    const before = rows.bytes;
    this.#arena.add(rows, cells);
    this.#bytes += rows.bytes - before;
  }

  /** The rows of a file, without posts that were deleted since. */
  gather({ graves }: Share, { rows }: Waiting): Rows {
    const all = this.#arena.gather(rows);
    const kept = placesWithout(this.columns, all, graves.ids);
    return kept === undefined ? all : this.#arena.gather(rows, kept);
  }

  forget({ folders }: Share, waiting: Waiting): void {
    folders.remove(waiting);
    this.#arena.release(waiting.rows);
    this.#bytes -= waiting.rows.bytes;
  }

  /** The largest of these, until half of what may be held is free. */
  largest(all: readonly ToStore[]): readonly ToStore[] {
    let over = this.#bytes - this.limit / 2;
    const chosen: ToStore[] = [];
    for (const one of all.toSorted(([, a], [, b]) => b.rows.bytes - a.rows.bytes)) {
      if (over <= 0) break;
      over -= one[1].rows.bytes;
      chosen.push(one);
    }
    return chosen;
  }
}
