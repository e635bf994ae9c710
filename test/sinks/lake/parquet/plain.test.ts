import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plain } from '../../../../src/sinks/lake/parquet/plain.ts';

const hex = (...given: Parameters<typeof plain>): string => Buffer.from(plain(...given)).toString('hex');

describe('plain values', () => {
  test('plain values are little-endian numbers, bits from the lowest, and length-prefixed texts', () => {
    expect(hex('INT32', [1, -2])).toBe('01000000feffffff');
    expect(hex('DOUBLE', Float64Array.of(1.5))).toBe('000000000000f83f');
    expect(hex('DOUBLE', [1.5])).toBe('000000000000f83f');
    expect(hex('BOOLEAN', [true, false, true, true, false, false, false, false, true])).toBe('0d01');
    expect(hex('BYTE_ARRAY', ['ü', ''])).toBe('02000000c3bc00000000');
    expect(hex('BYTE_ARRAY', Buffer.of(1, 0, 0, 0, 65))).toBe('0100000041');
  });

  test('plain 64-bit values equal those of BigInt for every whole number within 2^53', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (values) => {
        const expected = new BigInt64Array(values.map(BigInt));
        expect(hex('INT64', values)).toBe(Buffer.from(expected.buffer).toString('hex'));
      }),
    );
  });
});
