import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBatch, encodeBatch, readHead } from '../../../src/log/local/codec.ts';

const record = fc.record({
  key: fc.option(fc.string({ unit: 'grapheme' })),
  value: fc.option(fc.string({ unit: 'grapheme' })),
  headers: fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
});

test('whatever is encoded is decoded, from any offset on', () => {
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

test('a batch with holes keeps its offsets and how far it reaches', () => {
  const records = [4, 9].map((n) => ({ key: `${n}`, value: `${n}`, headers: {} }));
  const batch = decodeBatch('t', 0, 50, encodeBatch(records, 1, [4, 9], 12));
  expect(batch.records.map(({ offset }) => offset)).toEqual([54, 59]);
  expect(batch.next).toBe(62);
});
