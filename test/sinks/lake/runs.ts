import type { Column, ColumnType } from '../../../src/market/catalog/columns.ts';
import type { ColumnValue } from '../../../src/sinks/cells.ts';
import {
  emptyChain,
  newColumnBuffer,
  type Rows,
  type Values,
} from '../../../src/sinks/lake/buffer/column-buffer.ts';
import { textsOfRows } from '../../../src/sinks/lake/buffer/string-buffer.ts';

/** Rows as a column buffer gives them, by column. */
export function takenRows(columns: readonly Column[], rows: readonly (readonly ColumnValue[])[]): Rows {
  const buffer = newColumnBuffer(columns);
  const chain = emptyChain();
  for (const row of rows) buffer.add(chain, row);
  return buffer.take(chain);
}

/** Cells of one column as a column buffer gives them. */
export const run = (type: ColumnType, cells: readonly ColumnValue[]): Values =>
  takenRows(
    [{ name: 'x', type, help: '' }],
    cells.map((cell) => [cell]),
  ).column(0, 0, cells.length);

/** The cells again; booleans as 0 and 1. */
export function cellsOf(type: ColumnType, values: Values, count: number): ColumnValue[] {
  if (values === undefined) return new Array<ColumnValue>(count).fill(null);
  if (values instanceof Float64Array)
    return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  return Array.from(textsOfRows(values), (texts) => (type === 'texts' ? texts : (texts?.[0] ?? null)));
}
