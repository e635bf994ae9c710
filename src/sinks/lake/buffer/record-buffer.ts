import type { PendingFile } from './folders.ts';
import type { PartitionWriter } from './partition-writer.ts';
import type { Rotation } from './rotation.ts';
import type { RowBuffer } from './row-buffer.ts';
import type { RecordReader } from './row-reader.ts';

/**
 * Buffers records as rows of their folder's next file. Returns that file once it has enough rows to be written. Throws
 * InvalidRecord.
 */
export function recordBuffer(
  reader: RecordReader,
  rows: RowBuffer,
  settings: Pick<Rotation, 'rows' | 'bytes'>,
  counts: { rows: number; left_out: number },
): (writer: PartitionWriter, value: string, offset: number) => PendingFile | undefined {
  return ({ folders }, value, offset) => {
    if (!reader.read(value)) {
      counts.left_out++;
      return undefined;
    }
    const pending = folders.of(reader.keys, offset);
    rows.add(pending, reader.cells);
    pending.last = offset;
    counts.rows++;
    const { count, bytes } = pending.rows;
    return count >= settings.rows || bytes >= settings.bytes ? pending : undefined;
  };
}
