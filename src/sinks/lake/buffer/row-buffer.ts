import type { Column } from '../../../market/catalog/columns.ts';
import type { ColumnValue } from '../../cells.ts';
import { rowsWithout } from '../purge/pending-deletes.ts';
import { type ColumnBuffer, newColumnBuffer, type Rows } from './column-buffer.ts';
import type { PendingFile } from './folders.ts';
import type { FileToWrite, PartitionWriter } from './partition-writer.ts';

/** The rows of all partitions that are not in a file yet, and the memory that they take. */
export class RowBuffer {
  readonly #rows: ColumnBuffer;
  #bytes = 0;

  /** `limit`: approximate bytes to hold at most. */
  constructor(
    readonly columns: readonly Column[],
    readonly limit: number,
  ) {
    this.#rows = newColumnBuffer(columns);
  }

  isFull(): boolean {
    return this.#bytes > this.limit;
  }

  add({ rows }: PendingFile, cells: readonly ColumnValue[]): void {
    const before = rows.bytes;
    this.#rows.add(rows, cells);
    this.#bytes += rows.bytes - before;
  }

  /** The rows of a file, without posts that were deleted since. */
  take({ pendingDeletes }: PartitionWriter, { rows }: PendingFile): Rows {
    const all = this.#rows.take(rows);
    const kept = rowsWithout(this.columns, all, pendingDeletes.ids);
    return kept === undefined ? all : this.#rows.take(rows, kept);
  }

  release({ folders }: PartitionWriter, pending: PendingFile): void {
    folders.remove(pending);
    this.#rows.release(pending.rows);
    this.#bytes -= pending.rows.bytes;
  }

  /** The largest of these files, enough of them to halve the memory in use. */
  largest(files: readonly FileToWrite[]): readonly FileToWrite[] {
    let excess = this.#bytes - this.limit / 2;
    const chosen: FileToWrite[] = [];
    for (const file of files.toSorted(([, a], [, b]) => b.rows.bytes - a.rows.bytes)) {
      if (excess <= 0) break;
      excess -= file[1].rows.bytes;
      chosen.push(file);
    }
    return chosen;
  }
}
