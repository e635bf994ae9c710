import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { describe, expect, test } from 'vitest';
import { ThriftWriter } from '../../../../src/sinks/lake/parquet/thrift.ts';

const read = (bytes: Buffer): unknown =>
  deserializeTCompactProtocol({ view: new DataView(new Uint8Array(bytes).buffer), offset: 0 });

describe("a struct in Thrift's compact protocol", () => {
  test('reads back as it was written: numbers up to 2^52, texts, lists, structs in structs', () => {
    const thrift = new ThriftWriter();
    thrift
      .i32(1, -1)
      .i64(2, 2 ** 51)
      .i64(3, -(2 ** 51))
      .binary(4, 'ü🚀');
    thrift.struct(5).i32(2, 7).end();
    thrift.i32s(6, [1, 300, -2]).texts(
      7,
      Array.from({ length: 20 }, (_, i) => `#${i}`),
    );
    thrift.structs(9, ['a', 'b'], (text) => thrift.binary(1, text).struct(2).end());
    const found = read(thrift.finish()) as Record<string, unknown>;
    const text = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString();
    expect(found).toMatchObject({
      field_1: -1,
      field_2: 2n ** 51n,
      field_3: -(2n ** 51n),
      field_5: { field_2: 7 },
    });
    expect(text(found.field_4)).toBe('ü🚀');
    expect(found.field_6).toEqual([1, 300, -2]);
    expect((found.field_7 as unknown[]).map(text)).toEqual(Array.from({ length: 20 }, (_, i) => `#${i}`));
    expect((found.field_9 as { field_1: unknown }[]).map(({ field_1 }) => text(field_1))).toEqual(['a', 'b']);
  });

  test('a thrift writer can be reused after finish, and grows', () => {
    const thrift = new ThriftWriter();
    const bytes = thrift.i32(1, 5).finish();
    thrift.binary(1, 'x'.repeat(100_000)).finish();
    expect(thrift.i32(1, 5).finish().equals(bytes)).toBe(true);
    expect(bytes.toString('hex')).toBe('150a00');
  });
});
