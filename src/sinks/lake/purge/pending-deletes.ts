import type { Column } from '../../../market/catalog/datasets.ts';
import type { Rows } from '../buffer/column-buffer.ts';
import { textsOf } from '../buffer/string-buffer.ts';

/** Posts of one partition that were deleted since the last flush. */
export class PendingDeletes {
  /** Ids, as the keys of their tombstones, and the offsets of these. */
  readonly ids = new Map<string, number>();
  /** How many files had been stored, in no log entry yet, when the last of them came: those may hold some. */
  earlyFiles = 0;

  bury(id: string, offset: number, filesStored: number): void {
    this.ids.set(id, offset);
    this.earlyFiles = filesStored;
  }

  clear(): void {
    this.ids.clear();
    this.earlyFiles = 0;
  }
}

/** The places of rows whose id is not among these; undefined when all rows are kept. */
export function placesWithout(
  columns: readonly Column[],
  rows: Rows,
  ids: Pick<ReadonlyMap<string, unknown>, 'has' | 'size'>,
): Int32Array | undefined {
  const idAt = columns.findIndex(({ name }) => name === 'id');
  const run = ids.size === 0 || idAt < 0 ? undefined : rows.column(idAt, 0, rows.count);
  if (run === undefined || run instanceof Float64Array) return undefined;
  const kept: number[] = [];
  let place = 0;
  for (const texts of textsOf(run)) {
    if (texts === null || !ids.has(texts[0]!)) kept.push(place);
    place++;
  }
  return kept.length === rows.count ? undefined : Int32Array.from(kept);
}
