import type { Column } from '../../../market/catalog/datasets.ts';
import type { Cell } from '../../cells.ts';
import { placesWithout } from '../purge/pending-deletes.ts';
import { type ColumnBuffer, newColumnBuffer, type Rows } from './column-buffer.ts';
import type { PendingFile } from './folders.ts';
import type { PartitionWriter, ToStore } from './partition-writer.ts';

/** The rows of all partitions that wait for their files, and the memory that they take. */
export class RowBuffer {
  readonly #arena: ColumnBuffer;
  #bytes = 0;

  /** `limit`: bytes that may be held, about. */
  constructor(
    readonly columns: readonly Column[],
    readonly limit: number,
  ) {
    this.#arena = newColumnBuffer(columns);
  }

  isFull(): boolean {
    return this.#bytes > this.limit;
  }

  add({ rows }: PendingFile, cells: readonly Cell[]): void {
    const before = rows.bytes;
    this.#arena.add(rows, cells);
    this.#bytes += rows.bytes - before;
  }

  /** The rows of a file, without posts that were deleted since. */
  gather({ graves }: PartitionWriter, { rows }: PendingFile): Rows {
    const all = this.#arena.gather(rows);
    const kept = placesWithout(this.columns, all, graves.ids);
    return kept === undefined ? all : this.#arena.gather(rows, kept);
  }

  forget({ folders }: PartitionWriter, waiting: PendingFile): void {
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
