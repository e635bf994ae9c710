import type { StoredRecord } from '../../../core/stream/record.ts';
import { readHeaders } from './headers.ts';
import { DamagedBatch, type RawBatch } from './raw-batch.ts';
import { RecordCursor } from './record-cursor.ts';

/** Batch fields needed for decoding. */
export type BatchInfo = Pick<
  RawBatch,
  'baseOffset' | 'firstTimestamp' | 'maxTimestamp' | 'logAppendTime' | 'count'
>;

function decode(batch: BatchInfo, payload: Buffer, from: number): StoredRecord[] {
  const { baseOffset, firstTimestamp, maxTimestamp, logAppendTime, count } = batch;
  if (count > payload.length) throw new RangeError(`${count} records in ${payload.length} bytes`);
  const records: StoredRecord[] = [];
  const cursor = new RecordCursor(payload);
  for (let i = 0; i < count; i++) {
    const length = cursor.varint();
    const end = cursor.at + length;
    if (end > payload.length) throw new RangeError(`record ${i} ends at ${end} of ${payload.length} bytes`);
    cursor.at++;
    const delta = cursor.varlong();
    const offset = baseOffset + cursor.varint();
    if (offset < from) {
      cursor.at = end;
      continue;
    }
    const key = cursor.text();
    const value = cursor.text();
    const headers = readHeaders(cursor, end);
    if (cursor.at !== end) throw new RangeError(`record ${i} ends at ${cursor.at}, not at ${end}`);
    records.push({
      offset,
      timestamp: logAppendTime ? maxTimestamp : firstTimestamp + delta,
      key,
      value,
      headers,
    });
  }
  return records;
}

/**
 * Decodes the records at or after `from` from a decompressed payload. Invalid UTF-8 becomes U+FFFD. Throws UserError
 * `failed` for invalid bytes.
 */
export function decodeRecords(batch: BatchInfo, payload: Buffer, from: number): StoredRecord[] {
  try {
    return decode(batch, payload, from);
  } catch (error) {
    if (error instanceof RangeError) throw new DamagedBatch(batch.baseOffset, error.message, undefined);
    throw error;
  }
}
