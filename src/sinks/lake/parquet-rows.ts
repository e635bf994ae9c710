import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import type { Cell } from '../cells.ts';

/** A row of a Parquet file by column: times as epoch milliseconds, whole numbers as numbers, lists of texts. */
export type Row = Readonly<Record<string, Cell>>;

/** Rows of a file, of all columns or those named that it has. Throws Error for a number past 2^53. */
export async function readRows(bytes: Buffer, wanted?: readonly string[]): Promise<readonly Row[]> {
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  const there = parquetSchema(metadata).children.map(({ element }) => element.name);
  const columns = wanted === undefined ? there : there.filter((name) => wanted.includes(name));
  if (columns.length === 0) return Array.from({ length: Number(metadata.num_rows) }, () => ({}));
  const rows = await parquetReadObjects({ file, metadata, columns });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value)])),
  );
}

function cellOf(value: unknown): Cell {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'bigint') return (value ?? null) as Cell;
  if (!Number.isSafeInteger(Number(value))) throw new Error(`${value} is past 2^53`);
  return Number(value);
}
