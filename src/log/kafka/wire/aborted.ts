import type { RawBatch } from './raw-batch.ts';
import { RecordCursor } from './record-cursor.ts';

/** An aborted transaction that may have records in the response. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** "Control record" of Kafka's documentation: the key is two 16-bit numbers, version and type. */
const ABORT = 0;

function endsAborted({ control, count, payload }: RawBatch): boolean {
  if (!control || count === 0) return false;
  const cursor = new RecordCursor(payload);
  cursor.varint(); // length
  cursor.at += 1; // attributes
  cursor.varlong(); // timestamp delta
  cursor.varint(); // offset delta
  return cursor.varint() >= 4 && payload.readInt16BE(cursor.at + 2) === ABORT;
}

/** The batches with committed records at or after an offset. */
export const committedFrom = (
  batches: readonly RawBatch[],
  aborted: readonly AbortedTransaction[],
  from: number,
): RawBatch[] =>
  committedBatches(batches, aborted).filter(({ count, nextOffset }) => count > 0 && nextOffset > from);

/**
 * The batches with committed records. A producer's batches are aborted from the first offset of its aborted transaction
 * to its abort marker; markers contain no records.
 */
export function committedBatches(
  batches: readonly RawBatch[],
  aborted: readonly AbortedTransaction[],
): RawBatch[] {
  const upcoming = [...aborted].sort((a, b) => b.firstOffset - a.firstOffset);
  const active = new Set<bigint>();
  return batches.filter((batch) => {
    while (upcoming.length > 0 && upcoming.at(-1)!.firstOffset < batch.nextOffset)
      active.add(upcoming.pop()!.producerId);
    if (endsAborted(batch)) active.delete(batch.producerId);
    return !batch.control && !(batch.transactional && active.has(batch.producerId));
  });
}
