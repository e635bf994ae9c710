import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordCursor } from '../../../../src/log/kafka/wire/record-cursor.ts';
import { maxTextSize, putText, putVarint, varintSize } from '../../../../src/log/kafka/wire/record-writer.ts';
import { newEncoder } from './kafkajs.ts';

const int32 = fc.oneof(fc.integer(), fc.integer({ min: -9000, max: 9000 }));

test('a varint matches kafkajs and its computed size, and round-trips', () => {
  fc.assert(
    fc.property(int32, (value) => {
      const bytes = Buffer.alloc(5);
      const end = putVarint(bytes, value, 0);
      const cursor = new RecordCursor(bytes);
      expect(bytes.subarray(0, end)).toEqual(newEncoder().writeVarInt(value).buffer);
      expect(varintSize(value)).toBe(end);
      expect([cursor.varint(), cursor.at]).toEqual([value, end]);
    }),
  );
});

test('varlongs written by kafkajs are read up to 2^52', () => {
  fc.assert(
    fc.property(fc.oneof(int32, fc.integer({ min: -(2 ** 52), max: 2 ** 52 })), (value) => {
      const { buffer } = newEncoder().writeVarLong(value);
      const cursor = new RecordCursor(buffer);
      expect([cursor.varlong(), cursor.at]).toEqual([value, buffer.length]);
    }),
  );
});

test.each([
  ['null', null],
  ['empty', ''],
  ['of 63 bytes, the last with a length of one', 'x'.repeat(63)],
  ['of 64 bytes', 'x'.repeat(64)],
  ['of 63 characters and 126 bytes, so that it moves', 'é'.repeat(63)],
  ['of 8000 characters and 24000 bytes, so that it moves', '€'.repeat(8000)],
])('a text round-trips: %s', (_, text) => {
  const bytes = Buffer.alloc(maxTextSize(text));
  const end = putText(bytes, text, 0);
  const cursor = new RecordCursor(bytes.subarray(0, end));
  expect([cursor.text(), cursor.at]).toEqual([text, end]);
});

test('a text that ends past the bytes is rejected', () => {
  expect(() => new RecordCursor(Buffer.of(20, 65, 66)).text()).toThrow(RangeError);
});
