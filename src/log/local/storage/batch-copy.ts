import type { Batch, EncodedBatch } from '../../../core/stream/record.ts';
import { checkBatch, decodeBatch, ROW, readHead } from './codec.ts';

/** A copy of a stored batch for another thread; undefined if it has no record at or after `from`. Throws UserError `damaged`. */
export function copyBatch(
  topic: string,
  partition: number,
  base: number,
  buffer: Buffer,
  from: number,
): EncodedBatch | undefined {
  const rows = checkBatch(topic, partition, base, buffer);
  const { count, span } = readHead(buffer);
  if (count === 0 || base + buffer.readUInt32LE(rows + count * ROW - 4) < from) return undefined;
  return { topic, partition, base, from, next: base + span, bytes: new Uint8Array(buffer) };
}

/** The records of a copy, with their values as bytes if `asBytes`. Throws UserError `damaged`. */
export const decodeCopy = (
  { topic, partition, base, from, bytes }: EncodedBatch,
  asBytes?: boolean,
): Batch => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decodeBatch(topic, partition, base, buffer, from, asBytes);
};
