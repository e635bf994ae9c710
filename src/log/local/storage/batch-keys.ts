import { checkBatch, NO_TEXT, ROW, readHead } from './codec.ts';

/** What compaction needs to know of a batch. */
export interface BatchKeys {
  readonly keys: readonly (readonly [key: string, offset: number])[];
  readonly hasTombstones: boolean;
  /** The offset after it. */
  readonly next: number;
}

/** The keys of a batch. Unlike those of decoded records, their texts do not keep the text of the whole batch in memory. */
export function readBatchKeys(topic: string, partition: number, base: number, buffer: Buffer): BatchKeys {
  const rows = checkBatch(topic, partition, base, buffer);
  const { count, span } = readHead(buffer);
  const texts = rows + count * ROW;
  const keys: [string, number][] = [];
  let hasTombstones = false;
  let at = texts + buffer.readUInt32LE(20);
  for (let i = 0, row = rows; i < count; i++, row += ROW) {
    const [keyLength, valueLength] = [buffer.readUInt32LE(row), buffer.readUInt32LE(row + 4)];
    const keyEnd = keyLength === NO_TEXT ? at : at + keyLength;
    if (keyLength !== NO_TEXT)
      keys.push([buffer.toString('utf8', at, keyEnd), base + buffer.readUInt32LE(row + 12)]);
    if (valueLength === NO_TEXT) hasTombstones = true;
    at = valueLength === NO_TEXT ? keyEnd : keyEnd + valueLength;
  }
  return { keys, hasTombstones, next: base + span };
}
