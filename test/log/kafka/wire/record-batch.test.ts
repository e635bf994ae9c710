import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compress, decompress } from '../../../../src/log/kafka/wire/compression.ts';
import { rawBatches } from '../../../../src/log/kafka/wire/raw-batch.ts';
import { encodeRecords } from '../../../../src/log/kafka/wire/record-batch.ts';
import { decodeRecords } from '../../../../src/log/kafka/wire/record-reader.ts';
import { batchAt, text } from './batches.ts';
import { readByKafkajs, type Texts, writtenByKafkajs } from './kafkajs.ts';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constant('🚀'.repeat(40)),
);
/** kafkajs fails on header names that Object.prototype has. */
const anyName = anyText.filter((name) => !(name in Object.prototype));
const anyRecord: fc.Arbitrary<Texts> = fc.record({
  key: fc.option(anyText),
  value: fc.option(anyText),
  headers: fc.dictionary(anyName, anyText, { maxKeys: 3, noNullPrototype: true }),
});
const anyRecords = fc.array(anyRecord, { minLength: 1, maxLength: 30 });

const placed = (records: readonly Texts[], base: number, timestamp: (i: number) => number) =>
  records.map((one, i) => ({ ...one, offset: base + i, timestamp: timestamp(i) }));

const readBack = (batch: Buffer, from = 0) =>
  rawBatches(batch).flatMap((raw) => decodeRecords(raw, raw.payload, from));

describe('record batch', () => {
  test('records round-trip with any text, from any offset', () => {
    fc.assert(
      fc.property(anyRecords, fc.nat(35), (records, skip) => {
        const read = readBack(batchAt(5000, records), 5000 + skip);
        expect(read).toEqual(placed(records, 5000, () => 1000).slice(skip));
      }),
    );
  });

  test('a megabyte value, even of emoji, round-trips between small ones', () => {
    const records = ['a', 'x'.repeat(1 << 20), 'b', '🚀'.repeat(1 << 18), 'c'].map(text);
    expect(readBack(batchAt(0, records)).map(({ value }) => value)).toEqual(
      records.map(({ value }) => value),
    );
  });

  test('encoding the next batch does not change this one', () => {
    const first = encodeRecords([text('first')]);
    const copy = Buffer.from(first);
    encodeRecords([text('other')]);
    expect(first).toEqual(copy);
  });

  test('a lone surrogate is written as U+FFFD', () => {
    expect(readBack(batchAt(0, [text('a\ud83d')]))[0]!.value).toBe('a\ufffd');
  });

  test("a batch carries its producer's id, epoch and sequence", async () => {
    const batch = batchAt(7, [text('a'), text('b')], {
      producerId: 2n ** 60n,
      producerEpoch: 3,
      firstSequence: 4,
      transactional: true,
      timestamp: 1_700_000_000_123,
    });
    expect((await readByKafkajs(batch)).head).toEqual({
      firstOffset: '7',
      firstTimestamp: '1700000000123',
      maxTimestamp: '1700000000123',
      partitionLeaderEpoch: -1,
      inTransaction: true,
      isControlBatch: false,
      lastOffsetDelta: 1,
      producerId: String(2n ** 60n),
      producerEpoch: 3,
      firstSequence: 4,
      timestampType: 0,
    });
    expect(rawBatches(batch)[0]).toMatchObject({
      baseOffset: 7,
      nextOffset: 9,
      producerId: 2n ** 60n,
      count: 2,
    });
  });
});

describe.each([
  ['none', 0],
  ['gzip', 1],
  ['snappy', 2],
  ['lz4', 3],
])('with compression %s', (_, compression) => {
  test('kafkajs reads our batches', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, async (records) => {
        const section = await compress(compression, encodeRecords(records));
        const batch = batchAt(5, records, { records: section, compression });
        expect((await readByKafkajs(batch)).records).toEqual(placed(records, 5, () => 1000));
      }),
      { numRuns: 30 },
    );
  });

  test("we read kafkajs's batches", async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, async (records) => {
        const batch = await writtenByKafkajs(records, { compression, timestamp: 1e12, firstOffset: 9 });
        const [raw] = rawBatches(batch);
        const payload = await decompress(compression, raw!.payload);
        expect(raw).toMatchObject({ baseOffset: 9, nextOffset: 9 + records.length, compression });
        expect(decodeRecords(raw!, payload, 0)).toEqual(placed(records, 9, (i) => 1e12 + i));
      }),
      { numRuns: 30 },
    );
  });
});
