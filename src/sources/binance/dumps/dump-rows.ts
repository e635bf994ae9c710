import { epochTime, type Millis } from '../../../core/util/time.ts';
import type { Row } from '../../../market/prices/table.ts';
import { READ_BYTES } from '../../file/bytes/input.ts';
import { unzipped } from '../../file/bytes/zip.ts';

/** When the bar of a row begins; NaN for a row without a time. */
export const timeOf = (row: Row): Millis => (row[0] === '' ? Number.NaN : epochTime(Number(row[0])));

/**
 * Lists of rows of the one CSV in a zip, oldest first; `onBytes` gets its bytes before their rows. A header is left out. Throws
 * UserError for a broken archive.
 */
export async function* dumpRows(
  name: string,
  path: string,
  onBytes?: (bytes: Buffer) => void,
): AsyncGenerator<readonly Row[]> {
  let rest = '';
  let isFirst = true;
  const rowsIn = (lines: readonly string[]): Row[] => {
    const rows: Row[] = [];
    for (const line of lines) {
      const text = line.endsWith('\r') ? line.slice(0, -1) : line;
      if (text === '') continue;
      const row = text.split(',');
      if (!isFirst || !Number.isNaN(timeOf(row))) rows.push(row);
      isFirst = false;
    }
    return rows;
  };
  for await (const bytes of unzipped(name, path, READ_BYTES)) {
    onBytes?.(bytes);
    const lines = (rest + bytes.toString('latin1')).split('\n');
    rest = lines.pop()!;
    yield rowsIn(lines);
  }
  yield rowsIn([rest]);
}
