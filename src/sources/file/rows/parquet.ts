import { open } from 'node:fs/promises';
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { UserError } from '../../../core/errors.ts';
import { jsonText } from '../../../core/util/json.ts';
import { type Block, FILE_START, NO_FAULTS } from './block.ts';

/** Rows of a block. */
const BLOCK_ROWS = 2000;

/** A row as JSON text; a bigint keeps its digits and a time becomes ISO 8601. */
function rowText(row: Record<string, unknown>): string {
  for (const name in row) {
    const value = row[name];
    if (value instanceof Date) row[name] = Number.isNaN(value.getTime()) ? null : value.toISOString();
    else if (value instanceof Uint8Array) row[name] = Buffer.from(value).toString('utf8');
  }
  return jsonText(row) ?? '{}';
}

const parquetError = (file: string, cause: unknown): unknown =>
  cause instanceof UserError
    ? cause
    : new UserError(
        'damaged',
        `--file ${file}: its Parquet cannot be read (${(cause as Error).message})`,
        'Get the whole file and run again, or write it as CSV.',
        false,
        { cause },
      );

/** The rows of a Parquet file as JSON objects, a row group at a time in memory. Throws UserError. */
export async function* readParquet(name: string, path: string): AsyncGenerator<Block> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const file: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(end - start);
        await handle.read(bytes, 0, bytes.length, start);
        return bytes.buffer;
      },
    };
    const metadata = await parquetMetadataAsync(file);
    const { compressors } = await import('hyparquet-compressors');
    let rowStart = 0;
    for (const { num_rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
      for (let at = 0; at < rows.length; at += BLOCK_ROWS) {
        const first = rowStart + at;
        yield {
          texts: rows.slice(at, at + BLOCK_ROWS).map(rowText),
          faults: NO_FAULTS,
          ended: true,
          end: FILE_START,
          startOf: () => FILE_START,
          lineOf: (index) => first + index,
        };
      }
      rowStart = rowEnd;
    }
  } catch (cause) {
    throw parquetError(name, cause);
  } finally {
    await handle.close();
  }
}
