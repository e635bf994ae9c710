import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyBatch, decodeCopy } from '../../../../src/log/local/storage/batch-copy.ts';
import { decodeBatch, encodeBatch } from '../../../../src/log/local/storage/codec.ts';

const text = fc.option(fc.string({ unit: 'grapheme' }));
const record = fc.record({ key: text, value: text, headers: fc.dictionary(fc.string(), fc.string()) });

test('a copy in another thread gives the records that the batch itself gives, from the same offset on', () => {
  const batch = fc.tuple(fc.array(record, { maxLength: 8 }), fc.nat(10), fc.nat(3));
  fc.assert(
    fc.property(batch, ([records, skip, hole]) => {
      const deltas = records.map((_, at) => at + (at > 1 ? hole : 0));
      const data = encodeBatch(records, 7, deltas, records.length + 2 * hole);
      const expected = decodeBatch('t', 2, 100, data, 100 + skip);
      const copy = copyBatch('t', 2, 100, data, 100 + skip);
      if (expected.records.length === 0) expect(copy).toBeUndefined();
      else expect(decodeCopy(structuredClone(copy!, { transfer: [copy!.bytes.buffer] }))).toEqual(expected);
    }),
  );
});

test('a changed batch is not copied', () => {
  const data = encodeBatch([{ key: 'k', value: '{}', headers: {} }], 1);
  data[data.length - 1]! ^= 1;
  expect(() => copyBatch('t', 0, 5, data, 5)).toThrow('topic t, partition 0, offset 5');
});
