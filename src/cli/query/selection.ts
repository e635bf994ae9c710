import type { Millis } from '../../core/util/time.ts';
import { readTime } from '../../core/util/time.ts';
import type { StoredTable } from '../../sinks/sink.ts';

/** Rows of a table by the time of the record. */
export interface RowSpan {
  /** The column with the time; undefined for a table without one. */
  readonly timeColumn: string | undefined;
  /** Inclusive; undefined: from the first. */
  readonly from: Millis | undefined;
  /** Exclusive; undefined: up to the last. */
  readonly to: Millis | undefined;
}

/** The rows within the span. */
export async function* rowsWithin(
  table: Pick<StoredTable, 'columns' | 'rows'>,
  { timeColumn, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: RowSpan,
): AsyncIterable<readonly (readonly unknown[])[]> {
  const at = timeColumn === undefined ? -1 : [...table.columns.keys()].indexOf(timeColumn);
  if (at < 0) {
    yield* table.rows();
    return;
  }
  const isWithin = (row: readonly unknown[]): boolean => {
    const time = readTime(String(row[at]));
    return time >= from && time < to;
  };
  const isWhole = from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY;
  for await (const rows of table.rows()) yield isWhole ? rows : rows.filter(isWithin);
}
