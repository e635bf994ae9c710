import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBatch, encodeBatch, readHead, stampBatch } from '../../../../src/log/local/storage/codec.ts';

const record = fc.record({
  key: fc.option(fc.string({ unit: 'grapheme' })),
  value: fc.option(fc.string({ unit: 'grapheme' })),
  headers: fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
});

test('encoding and decoding are inverse, from any offset', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), fc.nat(30), (records, skip) => {
      const data = encodeBatch(records, 1234);
      const batch = decodeBatch('t', 2, 100, data, 100 + skip);
      expect(readHead(data)).toEqual({ count: records.length, timestamp: 1234, span: records.length });
      expect(batch.next).toBe(100 + records.length);
      const expected = records.map((one, i) => ({
        ...one,
        headers: { ...one.headers },
        offset: 100 + i,
        timestamp: 1234,
      }));
      expect(batch.records).toEqual(expected.slice(skip));
    }),
  );
});

test('texts of any characters are decoded as they were encoded, also in batches of many', () => {
  const ascii = fc.stringMatching(/^[ -~]{0,3000}$/);
  const any = fc.oneof(
    { weight: 8, arbitrary: ascii },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.constantFrom('\ud83d', '\ude00', 'a\ud83d', '\ude00b', '\u0141', '\u0080') },
  );
  const texts = fc.array(fc.record({ key: fc.option(any), value: fc.option(any) }), { maxLength: 40 });
  /** A half of a surrogate pair has no UTF-8. */
  const stored = (text: string | null) => text && Buffer.from(text).toString();
  fc.assert(
    fc.property(texts, (some) => {
      const records = some.map((one) => ({ ...one, headers: {} }));
      const { records: decoded } = decodeBatch('t', 0, 0, encodeBatch(records, 1));
      const found = decoded.map(({ key, value }) => ({ key, value }));
      expect(found).toEqual(some.map(({ key, value }) => ({ key: stored(key), value: stored(value) })));
    }),
  );
});

test('a batch with holes keeps its offsets and span', () => {
  const records = [4, 9].map((n) => ({ key: `${n}`, value: `${n}`, headers: {} }));
  const batch = decodeBatch('t', 0, 50, encodeBatch(records, 1, [4, 9], 12));
  expect(batch.records.map(({ offset }) => offset)).toEqual([54, 59]);
  expect(batch.next).toBe(62);
});

/** As an older cryptopipe wrote it: version 1, without a checksum. */
const olderBatch = (batch: Buffer): Buffer => {
  const older = Buffer.concat([batch.subarray(0, 24), batch.subarray(28)]);
  older.writeUInt16LE(1, 0);
  return older;
};
const three = ['a', 'b', 'é'].map((key) => ({
  key,
  value: `value of ${key}`,
  headers: { schema: 'test/1' },
}));

test('a version 1 batch without a checksum is read', () => {
  const batch = encodeBatch(three, 7);
  expect(decodeBatch('t', 0, 10, olderBatch(batch))).toEqual(decodeBatch('t', 0, 10, batch));
});

test('a batch with any changed byte is reported as damaged, with its position', () => {
  const batch = encodeBatch(three, 7);
  for (let at = 0; at < batch.length; at++) {
    const changed = Buffer.from(batch);
    changed[at] = changed[at]! ^ 0x01;
    expect(() => decodeBatch('t', 2, 10, changed)).toThrow('topic t, partition 2, offset 10');
  }
});

test('a truncated batch is damaged in every version', () => {
  for (const batch of [encodeBatch(three, 7), olderBatch(encodeBatch(three, 7))])
    for (let length = 0; length < batch.length; length++)
      expect(() => decodeBatch('t', 0, 0, batch.subarray(0, length))).toThrow('is damaged');
});

test('a batch stays intact when its append time is changed', () => {
  const batch = encodeBatch(three, 7);
  stampBatch(batch, 9);
  expect(decodeBatch('t', 0, 0, batch).records[0]!.timestamp).toBe(9);
});
