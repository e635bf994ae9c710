import { crc32c } from '../../../../src/log/kafka/wire/crc32c.ts';
import { type BatchContent, encodeRecords, sealBatch } from '../../../../src/log/kafka/wire/record-batch.ts';
import type { Texts } from './kafkajs.ts';

const CONTROL = 0x20;

/** A stored batch with base offset `base`. */
export function batchAt(
  base: number,
  records: readonly Texts[],
  sealing: Partial<BatchContent> & { readonly attributes?: number } = {},
): Buffer {
  const { attributes = 0, ...rest } = sealing;
  const batch = sealBatch({
    records: encodeRecords(records),
    count: records.length,
    compression: 0,
    timestamp: 1000,
    transactional: false,
    producerId: -1n,
    producerEpoch: -1,
    firstSequence: -1,
    ...rest,
  });
  return edited(batch, () => {
    batch.writeBigInt64BE(BigInt(base), 0);
    batch.writeInt16BE(batch.readInt16BE(21) | attributes, 21);
  });
}

/** Edits a batch and corrects its checksum. */
export function edited(batch: Buffer, edit: (batch: Buffer) => void): Buffer {
  edit(batch);
  batch.writeUInt32BE(crc32c(batch, 21), 17);
  return batch;
}

/** A transaction marker, as a broker writes it. */
export function marker(base: number, producerId: bigint, type: 'abort' | 'commit'): Buffer {
  const key = Buffer.of(0, 0, 0, type === 'abort' ? 0 : 1);
  const value = Buffer.of(0, 0, 0, 0, 0, 7);
  const body = Buffer.from([0, 0, 0, key.length * 2, ...key, value.length * 2, ...value, 0]);
  const records = Buffer.from([body.length * 2, ...body]);
  return batchAt(base, [], { records, count: 1, producerId, transactional: true, attributes: CONTROL });
}

/** A batch whose records compaction has removed. */
export const emptied = (batch: Buffer): Buffer =>
  edited(Buffer.from(batch.subarray(0, 61)), (rest) => {
    rest.writeInt32BE(61 - 12, 8);
    rest.writeInt32BE(0, 57);
  });

export const text = (value: string): Texts => ({ key: null, value, headers: {} });
