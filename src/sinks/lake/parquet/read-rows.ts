import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { formatTime } from '../../../core/util/time.ts';

/** JSON has neither; whole numbers past 2^53 become text, because a number would lose digits. */
function plainCell(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Date) return formatTime(value.getTime());
  if (Array.isArray(value)) return value.map(plainCell);
  return value ?? null;
}

/** The rows of a Parquet file of any writer, one row group at a time: a value for each of `names`, null where it has none. */
export async function* readRows(
  bytes: Uint8Array,
  names: readonly string[],
): AsyncIterable<readonly (readonly unknown[])[]> {
  const file = new Uint8Array(bytes).buffer;
  const metadata = await parquetMetadataAsync(file);
  const { compressors } = await import('hyparquet-compressors');
  let rowStart = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = rowStart + Number(count);
    const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
    yield rows.map((row) => names.map((name) => plainCell(row[name])));
    rowStart = rowEnd;
  }
}
