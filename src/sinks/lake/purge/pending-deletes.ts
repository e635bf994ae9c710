import type { Column } from '../../../market/catalog/columns.ts';
import type { Rows } from '../buffer/column-buffer.ts';
import { textsOfRows } from '../buffer/string-buffer.ts';

/** Posts of one partition that were deleted since the last flush. */
export class PendingDeletes {
  /** Post ids (the keys of tombstones) and the offsets of their tombstones. */
  readonly ids = new Map<string, number>();
  /** Number of uncommitted files written before the latest delete; they may still contain deleted rows. */
  filesBeforeLastDelete = 0;

  add(id: string, offset: number, filesStored: number): void {
    this.ids.set(id, offset);
    this.filesBeforeLastDelete = filesStored;
  }

  clear(): void {
    this.ids.clear();
    this.filesBeforeLastDelete = 0;
  }
}

/** Indices of the rows whose id is not among these; undefined when all rows stay. */
export function rowsWithout(
  columns: readonly Column[],
  rows: Rows,
  ids: Pick<ReadonlyMap<string, unknown>, 'has' | 'size'>,
): Int32Array | undefined {
  const idAt = columns.findIndex(({ name }) => name === 'id');
  const run = ids.size === 0 || idAt < 0 ? undefined : rows.column(idAt, 0, rows.count);
  if (run === undefined || run instanceof Float64Array) return undefined;
  const kept: number[] = [];
  let row = 0;
  for (const texts of textsOfRows(run)) {
    if (texts === null || !ids.has(texts[0]!)) kept.push(row);
    row++;
  }
  return kept.length === rows.count ? undefined : Int32Array.from(kept);
}
